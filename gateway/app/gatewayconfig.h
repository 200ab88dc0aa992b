// SPDX-License-Identifier: MIT
#pragma once

#include "app/sharedatasettings.h"
#include "auth/accesspolicy.h"
#include "channel/lagpolicy.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QHostAddress>
#include <QMap>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <map>
#include <optional>
#include <vector>

// Every setting of the gateway as values, with its default. How each one is read (TOML key, environment names, flag),
// checked and explained stands once, in configtable.cpp.

namespace Tidegate {

struct ListenAddress
{
    QHostAddress host = QHostAddress(QHostAddress::LocalHost);
    quint16 port = 5050; //!< 0 = any free port

    friend bool operator==(const ListenAddress &, const ListenAddress &) = default;
};

enum class StoreKind : quint8 { Sqlite, Memory, Postgres };
enum class LogExporter : quint8 { Console, File };
//! Payload: a subscription's filter object lets through rows whose payload has its fields with equal values (SSMA 17).
//! None: the filter object is kept and echoed, and narrows nothing.
enum class ChannelFilter : quint8 { None, Payload };

//! Who may be given the same answer of the backend to a subscribe: one user, everybody of a role on a site, or
//! everybody on a site. For the latter two the backend is asked without naming anybody.
enum class SnapshotSharing : quint8 { Subject, Role, Site };

struct ChannelRule
{
    Role access = Role::Guest;
    ChannelFilter filter = ChannelFilter::None;
    LagPolicy overflow = LagPolicy::Close;
    QByteArray conflateBy = "id";                  //!< payload field, for LagPolicy::Conflate
    std::optional<SnapshotSharing> snapshots = {}; //!< none = SsmaSettings::snapshotScope

    friend bool operator==(const ChannelRule &, const ChannelRule &) = default;
};

using ChannelTable = std::map<QByteArray, ChannelRule>;
using IslandTable = QHash<QByteArray, Role>;

struct ServerSettings
{
    std::vector<ListenAddress> listen{ListenAddress{}};
    int ioThreads = 0; //!< 0 = processor cores - 1, at least 1
    QString dataDir;   //!< never empty after loadConfig
    bool devMode = false;
    QUrl publicUrl; //!< how browsers reach the gateway, when a proxy stands in front; may be empty
    bool exitAfterStart = false;
    qint64 maxQueuedBytes = 1024LL * 1024 * 1024; //!< owed to all clients; 0 = no limit
    qint64 maxQueuedPerSiteBytes = 256LL * 1024 * 1024;
    QByteArrayList trustedProxies; //!< addresses and subnets, as ProxyTrust::parse takes them
};

struct TlsSettings
{
    QString certFile; //!< PEM chain; empty = plain text. Both or none.
    QString keyFile;

    bool isEnabled() const { return !certFile.isEmpty(); }
};

struct HttpSettings
{
    qint64 bodyLimitBytes = 1024 * 1024;
    qint64 headLimitBytes = 16 * 1024;
    qint64 headTimeoutMs = 10'000;
    qint64 bodyTimeoutMs = 30'000;
    qint64 answerTimeoutMs = 60'000;
    qint64 rateWindowMs = 60'000;
    int rateMax = 120;          //!< requests per address and window; 0 = no limit
    bool metricsPublic = false; //!< /optimistic/metrics for everybody; else staff and this machine
};

struct OriginsSettings
{
    QByteArrayList allowed; //!< "*" = any; empty = our own origin and loopback pages
};

struct AuthSettings
{
    QByteArray secret;  //!< signing key; empty = the content of secretFile, which is made on first start
    QString secretFile; //!< never empty after loadConfig
    qint64 tokenTtlMs = 15 * 60'000;
    qint64 refreshTtlMs = 30LL * 24 * 3'600'000;
    QByteArray cookieName = "ssma_session";
    bool cookieSecure = false;
    QByteArray hmacSecret; //!< empty = derived from secret
    qint64 hmacTtlMs = 300'000;
    QString userImport; //!< users.json of an SSMA deployment, imported when the user table is empty
    bool requireAuthWrites = false;
};

struct SsmaSettings
{
    QByteArray protocolVersion = "1.0.0";
    qint64 reworkWindowMs = 60'000;
    int reworkMax = 20;
    qint64 subscribeWindowMs = 10'000;
    int subscribeMax = 8;
    int maxSubscriptions = 1024; //!< per connection
    qint64 maxSubscriptionBytes = 256 * 1024;
    qint64 messageWindowMs = 10'000; //!< per connection
    int messageMax = 1000;
    qint64 replayWindowMs = 300'000;
    SnapshotSharing snapshotScope = SnapshotSharing::Subject;
    qint64 snapshotShareMs = 1'000; //!< 0 = every subscriber has the backend asked
    bool strictSites = false;       //!< event streams without ?site= see only site "default"
    ChannelTable channels{{"global", {}}, {"ops.audit", {Role::Staff}}};
    IslandTable islands = IslandPolicy::defaultRoles(); //!< unlisted islands: guest
    LagPolicy islandOverflow = LagPolicy::Close;        //!< or Conflate
    QByteArrayList disabledIslands;
    bool islandsEnabled = true;      //!< kill switch of all islands
    bool islandsDemoEnabled = false; //!< sample data under /islands; on by itself in dev mode
};

struct WsSettings
{
    qint64 maxBufferedBytes = 256 * 1024;
    qint64 slowConsumerGraceMs = 10'000;
    qint64 maxMessageBytes = 1024 * 1024;
    int maxFragments = 4096;
    qint64 messageTimeoutMs = 60'000;
    qint64 pingIntervalMs = 30'000; //!< 0 = no pings
    bool compression = true;        //!< permessage-deflate for clients that offer it
    qint64 compressionThresholdBytes = 1024;
};

struct SseSettings
{
    qint64 maxQueueBytes = 64 * 1024;
    qint64 drainTimeoutMs = 5'000;
    qint64 retryMs = 2'500;
    qint64 keepAliveMs = 20'000;
};

//! Names with values, e.g. of keys.
using KeyTable = QMap<QByteArray, QByteArray>;

//! The MottoMesh dialect. 0 = no limit.
struct MeshSettings
{
    bool enabled = false;
    std::vector<ListenAddress> listen{{QHostAddress(QHostAddress::LocalHost), 4434}};
    QString certFile; //!< PEM chain; empty = plain text. Both or none.
    QString keyFile;
    std::vector<ListenAddress> plainListen; //!< without TLS in any case
    QByteArrayList allowedOrigins{"*"};
    QByteArrayList versionBytes{"6d"}; //!< hexadecimal
    QByteArray secret;                 //!< of HS256 tokens without a known "kid"
    KeyTable keys;                     //!< "kid" to secret
    KeyTable publicKeys;               //!< "kid" to PEM file
    QByteArray issuer;                 //!< empty = any
    QByteArray audience;               //!< empty = tokens must not have one
    qint64 maxPayloadBytes = 1024 * 1024;
    qint64 maxBufferedBytes = 256 * 1024;
    LagPolicy overflow = LagPolicy::Close; //!< or DropOldest, DropNewest
    qint64 heldBytes = 16 * 1024;          //!< per subscription, for DropOldest
    qint64 loginDeadlineMs = 60'000;
    int maxSubscriptions = 10'000; //!< per session
    int maxOpenRequests = 256;
    qint64 messagesPerSecond = 0;
    qint64 bytesPerSecond = 0;
    int userSessions = 0;
    int userSubscriptions = 0;
    qint64 userMessagesPerSecond = 0;
    qint64 userBytesPerSecond = 0;
    QByteArrayList bridgeOut;    //!< patterns of "ssma.<site>.<channel>"; empty = closed
    KeyTable bridgeIn;           //!< pattern of mesh subjects to "<site>/<channel>"; empty = closed
    QByteArrayList documentsOut; //!< patterns of "doc.<id>"; empty = closed
    KeyTable documentsIn;        //!< pattern of mesh subjects to "<function>/<document>"; empty = closed
    bool services = false;       //!< clients may answer requests
    QByteArrayList retain;       //!< patterns of which the newest messages are kept; no two overlap
    int retainMessages = 1;      //!< per subject
    qint64 retainBytes = 16LL * 1024 * 1024;
    qint64 retainForMs = 0; //!< 0 = no limit
    qint64 retainReplayBytes = 256LL * 1024;
};

struct ClusterSettings
{
    QByteArray name;                       //!< of the gateways that decide intents as one; empty = this one alone
    QByteArray natsUrl;                    //!< empty = this process alone
    qint64 queueBytes = 8LL * 1024 * 1024; //!< that may wait for a lost server
};

struct StoreSettings
{
    StoreKind kind = StoreKind::Sqlite;
    QString path;           //!< never empty after loadConfig
    QByteArray postgresUrl; //!< may hold a password
    qint64 maxEntries = 1'000'000;
};

struct BackendSettings
{
    QUrl url; //!< empty = the embedded backend that accepts everything
    qint64 timeoutMs = 5'000;
    int maxInFlight = 6;
    QByteArray token;         //!< sent to the backend as a bearer token when not empty
    QByteArray internalToken; //!< guards /internal/backend/events; empty = this machine only
};

struct LogSettings
{
    LogExporter exporter = LogExporter::Console;
    QString file; //!< never empty after loadConfig
    int maxBatch = 200;
};

struct MonitorSettings
{
    int backlogThreshold = 1000;
    qint64 invalidationBudgetMs = 5'000;
};

//! Which accounts are operators (gateway/admin).
struct AdminSettings
{
    Role viewRole = Role::Staff;
    Role operateRole = Role::Admin;
    Role adminRole = Role::Admin;
};

//! Everything a configuration is made from, lowest precedence first.
struct ConfigSources
{
    QString tomlPath;                   //!< empty = no file
    QString dotEnvPath;                 //!< KEY=VALUE lines; a missing file is no error
    QMap<QString, QString> environment; //!< also names the home directory for the default paths
    QMap<QByteArray, QString> flags;    //!< setting key to its text
};

//! A value, made by loadConfig (configloader.h) and read by everyone else. Default-made it is a valid configuration
//! except for the paths marked "never empty after loadConfig".
struct GatewayConfig
{
    ServerSettings server;
    TlsSettings tls;
    HttpSettings http;
    OriginsSettings origins;
    AuthSettings auth;
    SsmaSettings ssma;
    WsSettings ws;
    SseSettings sse;
    MeshSettings mesh;
    ClusterSettings cluster;
    StoreSettings store;
    BackendSettings backend;
    LogSettings log;
    MonitorSettings monitor;
    AdminSettings admin;
    ShareDataSettings sharedata;

    //! Setting key ("server.listen") to what set it: "tidegate.toml:12", "environment SSMA_PORT", "flag --listen".
    //! Keys that are absent have their default.
    QMap<QByteArray, QString> setBy;
    //! loadConfig(readFrom) reads the same places again, which is what a reload does.
    ConfigSources readFrom;
    //! Things that work but deserve a person's attention; serve writes them to the log.
    QStringList warnings;
};

} // namespace Tidegate
