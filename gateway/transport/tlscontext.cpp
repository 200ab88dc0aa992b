// SPDX-License-Identifier: MIT
#include "transport/tlscontext.h"

#include <QFile>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Tidegate {

namespace {

class TlsStream final : public ByteStream
{
public:
    TlsStream(SSL *ssl, int descriptor)
        : m_ssl(ssl)
        , m_descriptor(descriptor)
    {
    }
    ~TlsStream() override
    {
        SSL_free(m_ssl);
        ::close(m_descriptor);
    }
    Q_DISABLE_COPY_MOVE(TlsStream)

    int descriptor() const override { return m_descriptor; }
    bool isTls() const override { return true; }
    bool wantsWrite() const override { return m_readWantsWrite || !m_staged.isEmpty(); }
    bool hasBufferedInput() const override { return SSL_pending(m_ssl) > 0; }

    qint64 read(char *into, qsizetype capacity) override
    {
        m_readWantsWrite = false;
        ERR_clear_error();
        const int got = SSL_read(m_ssl, into, int(qMin<qsizetype>(capacity, MaxRecordBytes)));
        if (got > 0)
            return got;
        const int error = SSL_get_error(m_ssl, got);
        m_readWantsWrite = error == SSL_ERROR_WANT_WRITE;
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : Closed;
    }

    qint64 write(const QByteArrayView *pieces, size_t count) override
    {
        // One record for many small pieces; an unfinished record must be offered to OpenSSL again byte for byte, so it
        // is staged here and its bytes count as taken only when they are on their way.
        if (m_staged.isEmpty()) {
            for (size_t i = 0; i < count && m_staged.size() < MaxRecordBytes; ++i)
                m_staged.append(pieces[i].first(qMin(pieces[i].size(), MaxRecordBytes - m_staged.size())));
        }
        ERR_clear_error();
        const int sent = SSL_write(m_ssl, m_staged.constData(), int(m_staged.size()));
        if (sent > 0) {
            m_staged.clear();
            return sent;
        }
        const int error = SSL_get_error(m_ssl, sent);
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : Closed;
    }

    void shutdown() override
    {
        ERR_clear_error();
        SSL_shutdown(m_ssl);
        ::shutdown(m_descriptor, SHUT_WR);
    }

private:
    static constexpr qsizetype MaxRecordBytes = 16 * 1024;

    SSL *const m_ssl;
    const int m_descriptor;
    QByteArray m_staged;
    bool m_readWantsWrite = false;
};

Error tlsError(const QString &what, const QString &file)
{
    char reason[256] = "unknown reason";
    if (const auto code = ERR_get_error())
        ERR_error_string_n(code, reason, sizeof reason);
    return {ErrorCode::InvalidSyntax, QStringLiteral("%1 %2: %3").arg(what, file, QString::fromLatin1(reason))};
}

} // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::load(const QString &certificateFile, const QString &keyFile)
{
    SSL_CTX *raw = SSL_CTX_new(TLS_server_method());
    if (!raw)
        return Error{ErrorCode::Internal, QStringLiteral("cannot create a TLS context")};
    const std::shared_ptr<TlsContext> context(new TlsContext(raw));
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_mode(raw,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    // A truncated TLS stream must look like any other lost connection, not like a protocol failure to report.
    SSL_CTX_set_options(raw, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
    if (SSL_CTX_use_certificate_chain_file(raw, QFile::encodeName(certificateFile).constData()) != 1)
        return tlsError(QStringLiteral("cannot read the certificate file"), certificateFile);
    if (SSL_CTX_use_PrivateKey_file(raw, QFile::encodeName(keyFile).constData(), SSL_FILETYPE_PEM) != 1)
        return tlsError(QStringLiteral("cannot read the key file"), keyFile);
    if (SSL_CTX_check_private_key(raw) != 1)
        return tlsError(QStringLiteral("the key does not belong to the certificate:"), keyFile);
    return context;
}

TlsContext::~TlsContext()
{
    SSL_CTX_free(m_context);
}

std::unique_ptr<ByteStream> TlsContext::accept(int descriptor) const
{
    SSL *ssl = SSL_new(m_context);
    if (!ssl || SSL_set_fd(ssl, descriptor) != 1) {
        SSL_free(ssl);
        ::close(descriptor);
        return nullptr;
    }
    SSL_set_accept_state(ssl);
    return std::make_unique<TlsStream>(ssl, descriptor);
}

} // namespace Tidegate
