// SPDX-License-Identifier: MIT
#include "support/meshclient.h"

#include "support/waiting.h"

#include "auth/crypto.h"
#include "mesh/decoder.h"
#include "mesh/encoder.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkRequest>
#include <QTest>

namespace Tidegate {

MeshClient::MeshClient()
{
    QObject::connect(&m_socket, &QWebSocket::binaryMessageReceived, &m_socket, [this](const QByteArray &packet) {
        m_packets.append(packet);
        m_isRead.append(false);
    });
    QObject::connect(&m_socket, &QWebSocket::textMessageReceived, &m_socket, [this] { ++m_textFrames; });
    QObject::connect(&m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), &m_socket,
                     [this] { m_hasFailed = true; });
    QObject::connect(&m_socket, &QWebSocket::sslErrors, &m_socket, [this] { m_socket.ignoreSslErrors(); });
}

MeshClient::~MeshClient()
{
    m_socket.abort();
}

QJsonObject MeshClient::everything()
{
    return {{QStringLiteral("permissions"), QJsonArray{u"publish"_qs, u"subscribe"_qs, u"request"_qs}}};
}

QByteArray MeshClient::sign(const QByteArray &header, const QByteArray &payload, const QByteArray &key)
{
    const QByteArray signedPart = toBase64Url(header) + '.' + toBase64Url(payload);
    return signedPart + '.' + toBase64Url(hmac(HmacHash::Sha256, key, signedPart));
}

QByteArray MeshClient::token(const QJsonObject &claims, const QByteArray &key)
{
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    QJsonObject all{
        {QStringLiteral("sub"), u"tester"_qs}, {QStringLiteral("iat"), now}, {QStringLiteral("exp"), now + 3600}};
    for (auto claim = claims.begin(); claim != claims.end(); ++claim) {
        if (claim.value().isNull())
            all.remove(claim.key());
        else
            all.insert(claim.key(), claim.value());
    }
    return sign(R"({"typ":"JWT","alg":"HS256"})", QJsonDocument(all).toJson(QJsonDocument::Compact), key);
}

bool MeshClient::open(const QUrl &url, const QByteArray &origin)
{
    m_hasFailed = false;
    QNetworkRequest request(url);
    if (!origin.isEmpty())
        request.setRawHeader("Origin", origin);
    m_socket.open(request);
    return QTest::qWaitFor([this] { return isOpen() || m_hasFailed; }, WaitMs) && isOpen();
}

bool MeshClient::login(const QByteArray &token)
{
    return ask<Mesh::AuthOk>(Mesh::Auth{token}).has_value();
}

bool MeshClient::join(const QUrl &url, const QByteArray &token)
{
    return open(url) && login(token);
}

bool MeshClient::subscribe(const QByteArray &subject, quint64 id)
{
    const auto ok = ask<Mesh::SubscribeOk>(Mesh::Subscribe{subject, id});
    return ok && ok->id == id;
}

void MeshClient::send(const Mesh::ClientMessage &message, uchar version)
{
    sendBytes(Mesh::encode(message, version));
}

std::optional<Mesh::ServerMessage> MeshClient::waitFor(const Predicate &predicate)
{
    std::optional<Mesh::ServerMessage> found;
    const auto look = [&] {
        for (qsizetype i = 0; i < m_packets.size(); ++i) {
            if (m_isRead[i])
                continue;
            // Whatever first byte the gateway answers with: tests of versions look at packets().
            const uchar version = m_packets[i].isEmpty() ? uchar(0) : uchar(m_packets[i].front());
            const auto packet = Mesh::decodeServer(m_packets[i], {version});
            if (packet && predicate(*packet)) {
                m_isRead[i] = true;
                found = packet;
                return true;
            }
        }
        return !isOpen();
    };
    (void)QTest::qWaitFor(look, WaitMs);
    return found;
}

bool MeshClient::settle()
{
    return ask<Mesh::Pong>(Mesh::Ping{}).has_value();
}

int MeshClient::countUnread(const Predicate &predicate) const
{
    int count = 0;
    for (qsizetype i = 0; i < m_packets.size(); ++i) {
        const auto packet = Mesh::decodeServer(m_packets[i]);
        count += !m_isRead[i] && packet && predicate(*packet);
    }
    return count;
}

bool MeshClient::waitForClose()
{
    return QTest::qWaitFor([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; }, WaitMs);
}

} // namespace Tidegate
