// SPDX-License-Identifier: MIT
#include "app/meshfront.h"

#include "base/logging.h"
#include "session/mesh/metricsjson.h"

#include <QUrl>

namespace Tidegate {

namespace {

Result<std::shared_ptr<const Mesh::TokenVerifier>> makeVerifier(const MeshSettings &settings)
{
    Mesh::TokenVerifier::Config config;
    config.secret = settings.secret;
    config.issuer = settings.issuer;
    config.audience = settings.audience;
    for (auto key = settings.keys.cbegin(); key != settings.keys.cend(); ++key)
        config.secrets.insert(key.key(), key.value());
    for (auto file = settings.publicKeys.cbegin(); file != settings.publicKeys.cend(); ++file) {
        auto key = PublicKey::load(QString::fromUtf8(file.value()));
        if (!key)
            return Error{key.error().code, QStringLiteral("mesh.public_keys: ") + key.error().text};
        if (key->kind() != PublicKey::Kind::Rsa && key->kind() != PublicKey::Kind::Ed25519)
            return Error{ErrorCode::Unsupported,
                         QStringLiteral("mesh.public_keys: %1: neither an RSA nor an Ed25519 key")
                             .arg(QString::fromUtf8(file.value()))};
        config.publicKeys.insert(file.key(), std::move(*key));
    }
    return std::shared_ptr<const Mesh::TokenVerifier>(std::make_shared<Mesh::TokenVerifier>(std::move(config)));
}

Mesh::Profile makeProfile(const MeshSettings &settings)
{
    Mesh::Profile profile;
    profile.versions = {};
    for (const QByteArray &byte : settings.versionBytes)
        profile.versions.add(uchar(QByteArray::fromHex(byte).front()));
    profile.origins = OriginPolicy(settings.allowedOrigins);
    profile.maxPayloadBytes = qsizetype(settings.maxPayloadBytes);
    profile.linkBudgetBytes = qsizetype(settings.maxBufferedBytes);
    profile.overflow = settings.overflow;
    profile.heldBytes = qsizetype(settings.heldBytes);
    profile.loginDeadlineMs = settings.loginDeadlineMs;
    profile.maxSubscriptions = settings.maxSubscriptions;
    profile.maxOpenRequests = settings.maxOpenRequests;
    profile.messagesPerSecond = settings.messagesPerSecond;
    profile.bytesPerSecond = settings.bytesPerSecond;
    profile.userSessions = settings.userSessions;
    profile.userSubscriptions = settings.userSubscriptions;
    profile.userMessagesPerSecond = settings.userMessagesPerSecond;
    profile.userBytesPerSecond = settings.userBytesPerSecond;
    profile.retainedPatterns = settings.retain;
    profile.retainReplayBytes = settings.retainReplayBytes;
    return profile;
}

} // namespace

MeshFront::MeshFront(int shards, const BusCounters &bus, Mesh::DialectCounters &counters)
    : m_counters(counters)
    , m_bus(bus)
    , m_subjects(size_t(shards))
    , m_sideDoor([this] { return brokerState(); })
{
}

QByteArray MeshFront::brokerState() const
{
    return Mesh::brokerState(m_bus);
}

QJsonObject MeshFront::metrics() const
{
    return Mesh::metricsJson(m_counters, m_bus, subjectCounts());
}

Mesh::SubjectCounts::Table MeshFront::subjectCounts() const
{
    Mesh::SubjectCounts::Table table;
    for (const Mesh::SubjectCounts &shard : m_subjects)
        shard.addTo(table);
    return table;
}

Result<std::unique_ptr<MeshFront>> MeshFront::open(const GatewayConfig &config, int shards, const BusCounters &bus,
                                                   Mesh::DialectCounters &counters)
{
    std::unique_ptr<MeshFront> front(new MeshFront(shards, bus, counters));
    if (auto configured = front->configure(config); !configured)
        return configured.error();
    const MeshSettings &settings = config.mesh;
    if (auto bound = front->m_listeners.open(settings.listen, shards); !bound)
        return bound.error();
    if (auto bound = front->m_plainListeners.open(settings.plainListen, shards); !bound)
        return bound.error();
    front->m_addresses = settings.listen;
    front->m_addresses.insert(front->m_addresses.end(), settings.plainListen.begin(), settings.plainListen.end());
    return front;
}

Result<void> MeshFront::configure(const GatewayConfig &config)
{
    auto verifier = makeVerifier(config.mesh);
    if (!verifier)
        return verifier.error();
    if (!config.mesh.certFile.isEmpty()) {
        auto tls = TlsContext::load(config.mesh.certFile, config.mesh.keyFile);
        if (!tls)
            return tls.error();
        m_tls = std::move(*tls);
    }
    auto profile = makeProfile(config.mesh);
    profile.verifier = std::move(*verifier);
    m_profile = std::make_shared<const Mesh::Profile>(std::move(profile));
    return {};
}

void MeshFront::reload(const GatewayConfig &config)
{
    if (const auto configured = configure(config); !configured)
        qCWarning(lcApp, "mesh settings not reloaded: %s", qPrintable(configured.error().text));
}

void MeshFront::listen(IoShard &shard, Front &front)
{
    for (const int descriptor : m_listeners.take(shard.index()))
        shard.listen(descriptor, m_tls, front);
    for (const int descriptor : m_plainListeners.take(shard.index()))
        shard.listen(descriptor, nullptr, front);
}

QStringList MeshFront::urls() const
{
    const QList<quint16> ports = m_listeners.ports() + m_plainListeners.ports();
    QStringList urls;
    for (qsizetype i = 0; i < ports.size(); ++i) {
        QUrl url;
        url.setScheme(m_tls && i < m_listeners.ports().size() ? QStringLiteral("wss") : QStringLiteral("ws"));
        url.setHost(m_addresses[size_t(i)].host.toString());
        url.setPort(ports[i]);
        url.setPath(QString::fromLatin1(Mesh::WebSocketPath));
        urls.append(url.toString());
    }
    return urls;
}

} // namespace Tidegate
