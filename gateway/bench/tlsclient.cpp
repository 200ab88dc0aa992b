// SPDX-License-Identifier: MIT
#include "bench/tlsclient.h"

#include <QFile>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace Tidegate::Bench {

namespace {

QString newestReason()
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason ? QString::fromLatin1(reason) : QStringLiteral("unknown reason");
}

} // namespace

TlsClient::TlsClient(ssl_ctx_st *context, QByteArray serverName)
    : m_context(context)
    , m_serverName(std::move(serverName))
{
}

TlsClient::~TlsClient()
{
    SSL_CTX_free(m_context);
}

Result<std::shared_ptr<const TlsClient>> TlsClient::make(const QByteArray &host, const TlsTrust &trust)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context)
        return Error{ErrorCode::Internal, QStringLiteral("cannot create a TLS context")};
    X509_VERIFY_PARAM *parameters = SSL_CTX_get0_param(context);
    const bool isAddress = X509_VERIFY_PARAM_set1_ip_asc(parameters, host.constData()) == 1;
    if (!isAddress)
        X509_VERIFY_PARAM_set1_host(parameters, host.constData(), size_t(host.size()));
    const std::shared_ptr<const TlsClient> client(new TlsClient(context, isAddress ? QByteArray() : host));
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    // Several records per system call: the tool must cost less than what it measures.
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, 64 * 1024);
    SSL_CTX_set_verify(context, trust.isInsecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
    ERR_clear_error();
    const int trusted =
        trust.caFile.isEmpty()
            ? SSL_CTX_set_default_verify_paths(context)
            : SSL_CTX_load_verify_locations(context, QFile::encodeName(trust.caFile).constData(), nullptr);
    if (trusted != 1)
        return Error{ErrorCode::InvalidSyntax,
                     QStringLiteral("cannot read the certificates in %1: %2").arg(trust.caFile, newestReason())};
    return client;
}

ssl_st *TlsClient::session(int descriptor) const
{
    SSL *session = SSL_new(m_context);
    if (!session || SSL_set_fd(session, descriptor) != 1) {
        SSL_free(session);
        return nullptr;
    }
    if (!m_serverName.isEmpty())
        SSL_set_tlsext_host_name(session, m_serverName.constData());
    SSL_set_connect_state(session);
    return session;
}

QString TlsClient::failure(const ssl_st *session)
{
    const long verdict = SSL_get_verify_result(session);
    if (verdict != X509_V_OK)
        return QStringLiteral("the certificate is not trusted: %1 (--ca FILE or --insecure)")
            .arg(QString::fromLatin1(X509_verify_cert_error_string(verdict)));
    return QStringLiteral("TLS failed: ") + newestReason();
}

} // namespace Tidegate::Bench
