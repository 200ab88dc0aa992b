// SPDX-License-Identifier: MIT
#pragma once

#include "transport/bytestream.h"
#include "wire/result.h"

#include <memory>

struct ssl_ctx_st;

namespace Tidegate {

//! A server certificate and key, ready for handshakes. OpenSSL directly instead of QSslSocket, so that TLS links stay
//! plain descriptors behind the shard's epoll set. Shared read-only between shards; reload by making a new one.
class TlsContext
{
public:
    //! PEM files; the certificate file may hold the chain. Errors name the file and OpenSSL's reason.
    static Result<std::shared_ptr<TlsContext>> load(const QString &certificateFile, const QString &keyFile);
    ~TlsContext();

    std::unique_ptr<ByteStream> accept(int descriptor) const;

private:
    explicit TlsContext(ssl_ctx_st *context)
        : m_context(context)
    {
    }
    Q_DISABLE_COPY_MOVE(TlsContext)

    ssl_ctx_st *m_context;
};

} // namespace Tidegate
