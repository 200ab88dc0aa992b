// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>

#include <memory>

struct ssl_ctx_st;
struct ssl_st;

namespace Tidegate::Bench {

//! Whose certificates a TLS client believes.
struct TlsTrust
{
    QString caFile;          //!< PEM; empty = what the system trusts
    bool isInsecure = false; //!< any certificate will do
};

//! What the TLS connections of a run to one host have in common. Read-only once made.
class TlsClient
{
public:
    //! \p host is a name or a bare address, and what the certificate has to be for. Errors name the file.
    static Result<std::shared_ptr<const TlsClient>> make(const QByteArray &host, const TlsTrust &trust);
    ~TlsClient();
    Q_DISABLE_COPY_MOVE(TlsClient)

    //! A session over a connected socket, the caller's to free; null if there is no memory.
    ssl_st *session(int descriptor) const;
    //! Why \p session has failed, for a person.
    static QString failure(const ssl_st *session);

private:
    TlsClient(ssl_ctx_st *context, QByteArray serverName);

    ssl_ctx_st *const m_context;
    const QByteArray m_serverName; //!< empty for an address: it must not be sent (RFC 6066 section 3)
};

} // namespace Tidegate::Bench
