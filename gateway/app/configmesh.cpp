// SPDX-License-Identifier: MIT
#include "app/configmesh.h"

#include "app/configrow.h"
#include "mesh/subject.h"

#include <algorithm>

namespace Tidegate {

using namespace ConfigRow;

namespace {

constexpr qsizetype UsualSecretBytes = 32;

bool isVersionByte(const QByteArray &text)
{
    return text.size() == 2 && QByteArray::fromHex(text).toHex() == text.toLower();
}

//! NAME=VALUE pairs with commas between; text, not a table, because tables are printed and these are secrets.
ConfigCodec<KeyTable> keyTextCodec()
{
    const auto read = [](KeyTable &target, const QVariant &value) {
        KeyTable keys;
        for (const QString &pair : value.toString().split(u',', Qt::SkipEmptyParts)) {
            const qsizetype equals = pair.indexOf(u'=');
            if (equals < 1 || equals + 1 == pair.size())
                return false;
            keys.insert(pair.first(equals).trimmed().toUtf8(), pair.sliced(equals + 1).toUtf8());
        }
        target = std::move(keys);
        return true;
    };
    const auto write = [](const KeyTable &source) {
        QStringList pairs;
        for (auto key = source.cbegin(); key != source.cend(); ++key)
            pairs.append(QString::fromUtf8(key.key() + '=' + key.value()));
        return QVariant(pairs.join(u','));
    };
    return {ValueShape::Text, QStringLiteral("NAME=SECRET pairs with commas between"), read, write};
}

//! \p accepts looks at each name with its text.
ConfigCodec<KeyTable> textTableCodec(const QString &expected,
                                     std::function<bool(const QByteArray &, const QByteArray &)> accepts)
{
    const auto read = [accepts](KeyTable &target, const QVariant &value) {
        KeyTable table;
        const QVariantMap entries = value.toMap();
        for (auto entry = entries.cbegin(); entry != entries.cend(); ++entry) {
            table.insert(entry.key().toUtf8(), entry.value().toString().toUtf8());
            if (!accepts(entry.key().toUtf8(), entry.value().toString().toUtf8()))
                return false;
        }
        target = std::move(table);
        return true;
    };
    const auto write = [](const KeyTable &source) {
        QVariantMap entries;
        for (auto key = source.cbegin(); key != source.cend(); ++key)
            entries.insert(QString::fromUtf8(key.key()), QString::fromUtf8(key.value()));
        return QVariant(entries);
    };
    return {ValueShape::Table, expected, read, write};
}

bool isKeyFile(const QByteArray &name, const QByteArray &file)
{
    return !name.isEmpty() && !file.isEmpty();
}

//! What comes from a channel or a document must not go back to one.
bool isBridge(const QByteArray &pattern, const QByteArray &target)
{
    const qsizetype slash = target.indexOf('/');
    return Mesh::isPattern(pattern) && !Mesh::overlaps(pattern, "ssma.>") && !Mesh::overlaps(pattern, "doc.>") &&
           slash > 0 && slash + 1 < target.size();
}

bool isSsmaPattern(const QByteArray &pattern)
{
    return Mesh::isPattern(pattern) && Mesh::isSubset(pattern, "ssma.>");
}

bool isDocumentPattern(const QByteArray &pattern)
{
    return Mesh::isPattern(pattern) && Mesh::isSubset(pattern, "doc.>");
}

//! One token of a subject.
bool isNodeName(const QByteArray &name)
{
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

ConfigCodec<std::vector<ListenAddress>> optionalListenCodec()
{
    auto codec = listenCodec();
    codec.read = [read = codec.read](std::vector<ListenAddress> &target, const QVariant &value) {
        if (!value.toStringList().isEmpty())
            return read(target, value);
        target.clear();
        return true;
    };
    return codec;
}

Rows doorRows()
{
    constexpr auto At = &GatewayConfig::mesh;
    using Settings = MeshSettings;
    return {
        row<At, &Settings::enabled>("mesh.enabled", booleanCodec(),
                                    QStringLiteral("Serve the MottoMesh dialect; --mesh for short.")),
        row<At, &Settings::listen>("mesh.listen", listenCodec(),
                                   QStringLiteral("Where its clients connect (GATEWAY_HOST, GATEWAY_WS_PORT).")),
        row<At, &Settings::certFile>("mesh.cert_file", pathCodec(),
                                     QStringLiteral("PEM certificate chain for mesh.listen (TLS_CERT_PATH); empty = "
                                                    "plain ws.")),
        row<At, &Settings::keyFile>("mesh.key_file", pathCodec(),
                                    QStringLiteral("PEM key of the certificate (TLS_KEY_PATH).")),
        row<At, &Settings::plainListen>("mesh.plain_listen", optionalListenCodec(),
                                        QStringLiteral("Further addresses that speak plain ws although mesh.cert_file "
                                                       "is set.")),
        reloadable(row<At, &Settings::allowedOrigins>(
            "mesh.allowed_origins", nameListCodec(QStringLiteral("origins such as \"https://app.example\""), isOrigin),
            QStringLiteral("Pages that may connect; \"*\" = all: a client brings its token, never a cookie."))),
        reloadable(row<At, &Settings::versionBytes>(
            "mesh.version_bytes", nameListCodec(QStringLiteral("bytes as two hexadecimal digits"), isVersionByte),
            QStringLiteral("First bytes of packets that are understood: one per schema that clients use."))),
    };
}

Rows tokenRows()
{
    constexpr auto At = &GatewayConfig::mesh;
    using Settings = MeshSettings;
    return {
        reloadable(secret(row<At, &Settings::secret>(
            "mesh.secret", secretCodec(), QStringLiteral("Key of the clients' HS256 tokens (JWT_SECRET).")))),
        reloadable(secret(row<At, &Settings::keys>(
            "mesh.keys", keyTextCodec(),
            QStringLiteral("Further keys, NAME=SECRET,...; a token names its own as \"kid\".")))),
        reloadable(row<At, &Settings::publicKeys>(
            "mesh.public_keys", textTableCodec(QStringLiteral("key names with PEM files"), isKeyFile),
            QStringLiteral("Public keys by \"kid\" for RS256 (RSA) and EdDSA (Ed25519) tokens, as PEM files."))),
        reloadable(row<At, &Settings::issuer>("mesh.issuer", bytesCodec(QStringLiteral("text")),
                                              QStringLiteral("\"iss\" that tokens must have; empty = any."))),
        reloadable(row<At, &Settings::audience>(
            "mesh.audience", bytesCodec(QStringLiteral("text")),
            QStringLiteral("\"aud\" that tokens must name; empty = they must have none."))),
    };
}

Rows limitRows()
{
    constexpr auto At = &GatewayConfig::mesh;
    using Settings = MeshSettings;
    const auto limit = [] { return wholeNumberCodec(0, 1000LL * Million); };
    const auto bytes = [] { return byteCountCodec(0, 1024 * 1024 * MiB); };
    const auto overflow = choiceCodec<LagPolicy>(
        {{"close", LagPolicy::Close}, {"drop-oldest", LagPolicy::DropOldest}, {"drop-newest", LagPolicy::DropNewest}});
    return {
        reloadable(row<At, &Settings::maxPayloadBytes>("mesh.max_payload", byteCountCodec(1, 64 * MiB),
                                                       QStringLiteral("Largest payload of a message."))),
        reloadable(row<At, &Settings::maxBufferedBytes>(
            "mesh.max_buffered", byteCountCodec(4 * KiB, 1024 * MiB),
            QStringLiteral("Bytes that may wait for a client before it counts as slow."))),
        reloadable(row<At, &Settings::overflow>("mesh.overflow", overflow,
                                                QStringLiteral("What happens to messages for a slow client; a loss is "
                                                               "told by an error 429."))),
        reloadable(row<At, &Settings::heldBytes>(
            "mesh.held", byteCountCodec(KiB, MiB),
            QStringLiteral("With drop-oldest: bytes kept for each subscription of a slow client."))),
        reloadable(row<At, &Settings::loginDeadlineMs>(
            "mesh.login_deadline", durationCodec(0, Hour),
            QStringLiteral("Connections that have not logged in by then are closed; clients need 30 s. 0 = never."))),
        reloadable(row<At, &Settings::maxSubscriptions>("mesh.max_subscriptions", smallNumberCodec(0, Million),
                                                        QStringLiteral("Subscriptions per session; 0 = no limit."))),
        reloadable(
            row<At, &Settings::maxOpenRequests>("mesh.max_requests", smallNumberCodec(1, 100'000),
                                                QStringLiteral("Requests a session may have without an answer."))),
        reloadable(row<At, &Settings::messagesPerSecond>("mesh.messages_per_second", limit(),
                                                         QStringLiteral("Per session; 0 = no limit."))),
        reloadable(row<At, &Settings::bytesPerSecond>("mesh.bytes_per_second", bytes(),
                                                      QStringLiteral("Per session; 0 = no limit."))),
        reloadable(row<At, &Settings::userSessions>("mesh.user_sessions", smallNumberCodec(0, Million),
                                                    QStringLiteral("Sessions of one user; 0 = no limit."))),
        reloadable(row<At, &Settings::userSubscriptions>("mesh.user_subscriptions", smallNumberCodec(0, 100 * Million),
                                                         QStringLiteral("Of one user; 0 = no limit."))),
        reloadable(row<At, &Settings::userMessagesPerSecond>("mesh.user_messages_per_second", limit(),
                                                             QStringLiteral("Of one user; 0 = no limit."))),
        reloadable(row<At, &Settings::userBytesPerSecond>("mesh.user_bytes_per_second", bytes(),
                                                          QStringLiteral("Of one user; 0 = no limit."))),
    };
}

Rows bridgeRows()
{
    constexpr auto At = &GatewayConfig::mesh;
    return {
        row<At, &MeshSettings::bridgeOut>(
            "mesh.bridge_out",
            nameListCodec(QStringLiteral("patterns below ssma., e.g. \"ssma.default.>\""), isSsmaPattern),
            QStringLiteral("Channel events that mesh clients may see, as messages ssma.<site>.<channel>; their tokens "
                           "decide who does. Empty = none.")),
        row<At, &MeshSettings::bridgeIn>(
            "mesh.bridge_in",
            textTableCodec(QStringLiteral("patterns of subjects (not below ssma. or doc.) with <site>/<channel>"),
                           isBridge),
            QStringLiteral("Mesh messages that become events of an SSMA channel. Empty = none.")),
        row<At, &MeshSettings::documentsOut>(
            "mesh.documents_out",
            nameListCodec(QStringLiteral("patterns below doc., e.g. \"doc.>\""), isDocumentPattern),
            QStringLiteral("Document events that mesh clients may see, as messages doc.<id>; their tokens decide who "
                           "does. Empty = none.")),
        row<At, &MeshSettings::documentsIn>(
            "mesh.documents_in",
            textTableCodec(QStringLiteral("patterns of subjects (not below ssma. or doc.) with <function>/<document>"),
                           isBridge),
            QStringLiteral("Mesh messages that become proposals to a document, by this gateway's own right. Empty = "
                           "none.")),
    };
}

//! A message that two of them match would be kept twice.
bool haveOverlaps(const QByteArrayList &patterns)
{
    for (qsizetype i = 0; i < patterns.size(); ++i) {
        for (qsizetype j = 0; j < i; ++j) {
            if (Mesh::overlaps(patterns[i], patterns[j]))
                return true;
        }
    }
    return false;
}

Rows serviceRows()
{
    constexpr auto At = &GatewayConfig::mesh;
    using Settings = MeshSettings;
    return {
        row<At, &Settings::services>(
            "mesh.services", booleanCodec(),
            QStringLiteral("Clients whose tokens have the permission \"serve\" may answer requests: they subscribe to "
                           "_SERVE.<pattern>.")),
        row<At, &Settings::retain>(
            "mesh.retain",
            nameListCodec(QStringLiteral("patterns of subjects that do not overlap"),
                          [](const QByteArray &pattern) { return Mesh::isPattern(pattern); }),
            QStringLiteral("Subjects whose newest messages are kept in memory and sent to whoever subscribes later, so "
                           "that a client that comes back has no gap. Empty = none.")),
        row<At, &Settings::retainMessages>("mesh.retain_messages", smallNumberCodec(1, 10'000),
                                           QStringLiteral("Kept per subject; 1 = the last value.")),
        row<At, &Settings::retainBytes>("mesh.retain_bytes", byteCountCodec(4 * KiB, 1024 * MiB),
                                        QStringLiteral("Of all of them; the oldest go first.")),
        row<At, &Settings::retainForMs>("mesh.retain_for", durationCodec(0, 7 * 24 * Hour),
                                        QStringLiteral("How long they are kept; 0 = no limit.")),
        reloadable(row<At, &Settings::retainReplayBytes>(
            "mesh.retain_replay", byteCountCodec(KiB, 16 * MiB),
            QStringLiteral(
                "Of these, the newest, to one subscription; a client that is owed more already gets none."))),
    };
}

class MeshReader
{
public:
    MeshReader(ConfigBuilder &builder, const EnvironmentEntries &entries)
        : m_builder(builder)
        , m_entries(entries)
    {
    }

    void read()
    {
        readListen();
        take("JWT_SECRET", "mesh.secret");
        take("TLS_CERT_PATH", "mesh.cert_file");
        take("TLS_KEY_PATH", "mesh.key_file");
        take("NATS_URL", "cluster.nats_url");
    }

private:
    const EnvironmentEntry *find(const char *name) const
    {
        const auto entry = m_entries.constFind(QString::fromLatin1(name));
        return entry == m_entries.cend() || entry->value.isEmpty() ? nullptr : &*entry;
    }

    void take(const char *variable, const char *key)
    {
        if (const EnvironmentEntry *entry = find(variable))
            m_builder.setText(*findSetting(key), entry->value, entry->place);
    }

    void readListen()
    {
        const EnvironmentEntry *host = find("GATEWAY_HOST");
        const EnvironmentEntry *port = find("GATEWAY_WS_PORT");
        if (!port) {
            if (const EnvironmentEntry *unread = find("GATEWAY_PORT"))
                m_builder.warn(unread->place, QStringLiteral("is not used, neither by MottoMesh; the port of its "
                                                             "WebSockets is GATEWAY_WS_PORT"));
        }
        if (!host && !port)
            return;
        QString address = host ? host->value : QStringLiteral("127.0.0.1");
        if (address.contains(u':'))
            address = u'[' + address + u']';
        const QString number = port ? port->value : QString::number(MeshSettings().listen.front().port);
        m_builder.setText(*findSetting("mesh.listen"), address + u':' + number, port ? port->place : host->place);
        if (!host)
            m_builder.warn(port->place, QStringLiteral("MottoMesh listened on all interfaces, Tidegate listens on "
                                                       "127.0.0.1; set GATEWAY_HOST=0.0.0.0 to open it"));
    }

    ConfigBuilder &m_builder;
    const EnvironmentEntries &m_entries;
};

} // namespace

std::vector<Setting> meshRows()
{
    Rows all;
    for (const Rows &rows : {doorRows(), tokenRows(), limitRows(), bridgeRows(), serviceRows()})
        all.insert(all.end(), rows.begin(), rows.end());
    return all;
}

std::vector<Setting> clusterRows()
{
    constexpr auto At = &GatewayConfig::cluster;
    return {
        row<At, &ClusterSettings::name>(
            "cluster.name", bytesCodec(QStringLiteral("a name of letters, digits, \"-\" and \"_\""), isNodeName),
            QStringLiteral("Gateways of one name, database (store.kind = \"postgres\") and NATS server decide intents "
                           "as one, and documents, which live in its JetStream then; empty = this one alone.")),
        row<At, &ClusterSettings::natsUrl>(
            "cluster.nats_url", bytesCodec(QStringLiteral("an address such as \"nats://localhost:4222\"")),
            QStringLiteral("NATS server that carries mesh messages between gateways and back ends (NATS_URL); empty = "
                           "they stay in this process.")),
        row<At, &ClusterSettings::queueBytes>(
            "cluster.queue", byteCountCodec(4 * KiB, 1024 * MiB),
            QStringLiteral("Bytes that may wait while NATS cannot be reached; publishing fails above it.")),
    };
}

void readMeshVariables(ConfigBuilder &builder, const EnvironmentEntries &entries)
{
    MeshReader(builder, entries).read();
}

void checkMesh(ConfigBuilder &builder)
{
    const MeshSettings &mesh = builder.config().mesh;
    if (!mesh.enabled)
        return;
    if (mesh.secret.isEmpty() && mesh.keys.isEmpty() && mesh.publicKeys.isEmpty())
        builder.refuse(builder.placeOf("mesh.enabled"),
                       QStringLiteral("tokens need a key: set mesh.secret (JWT_SECRET), mesh.keys or "
                                      "mesh.public_keys"));
    else if (!mesh.secret.isEmpty() && mesh.secret.size() < UsualSecretBytes)
        builder.warn(builder.placeOf("mesh.secret"), QStringLiteral("shorter than 32 bytes, so tokens can be forged "
                                                                    "by trying keys"));
    if (mesh.certFile.isEmpty() != mesh.keyFile.isEmpty())
        builder.refuse(builder.placeOf(mesh.certFile.isEmpty() ? "mesh.key_file" : "mesh.cert_file"),
                       QStringLiteral("mesh.cert_file and mesh.key_file need each other"));
    if (!(mesh.documentsOut.isEmpty() && mesh.documentsIn.isEmpty()) && !builder.config().sharedata.enabled)
        builder.refuse(builder.placeOf(mesh.documentsOut.isEmpty() ? "mesh.documents_in" : "mesh.documents_out"),
                       QStringLiteral("there are no documents: set sharedata.enabled"));
    if (haveOverlaps(mesh.retain))
        builder.refuse(builder.placeOf("mesh.retain"), QStringLiteral("two of the patterns overlap"));
    if (mesh.loginDeadlineMs > 0 && mesh.loginDeadlineMs < 30 * Second)
        builder.warn(builder.placeOf("mesh.login_deadline"),
                     QStringLiteral("clients hold a connection without a login for up to 30 s"));
}

} // namespace Tidegate
