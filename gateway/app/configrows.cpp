// SPDX-License-Identifier: MIT
#include "app/configrows.h"

#include "app/configmesh.h"
#include "app/configrow.h"
#include "app/configsharedata.h"
#include "app/configstore.h"
#include "auth/proxytrust.h"

#include <algorithm>

namespace Tidegate {

using namespace ConfigRow;

namespace {

bool isCookieName(const QByteArray &name)
{
    const auto isTokenCharacter = [](char c) {
        return c > ' ' && c < 0x7f && !QByteArrayView("()<>@,;:\\\"/[]?={}").contains(c);
    };
    return !name.isEmpty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), isTokenCharacter);
}

//! Compatibility is decided by the number before the first dot (SSMA spec section 6).
bool isProtocolVersion(const QByteArray &version)
{
    bool isNumber = false;
    version.left(version.indexOf('.')).toUInt(&isNumber);
    return isNumber && version.size() <= 32;
}

bool isSubnet(const QByteArray &subnet)
{
    return ProxyTrust::parse({subnet}).has_value();
}

Rows serverRows()
{
    constexpr auto At = &GatewayConfig::server;
    return {
        row<At, &ServerSettings::listen>("server.listen", listenCodec(),
                                         QStringLiteral("Where to listen. Loopback unless you say otherwise.")),
        row<At, &ServerSettings::ioThreads>(
            "server.io_threads", smallNumberCodec(0, 256),
            QStringLiteral("Threads that serve sockets; 0 = processor cores - 1, at least 1.")),
        row<At, &ServerSettings::dataDir>(
            "server.data_dir", pathCodec(),
            QStringLiteral("Folder for the databases and the generated secret; empty = the user's data folder.")),
        row<At, &ServerSettings::devMode>(
            "server.dev", booleanCodec(),
            QStringLiteral("Development: demo page at / and sample islands. Not for production.")),
        row<At, &ServerSettings::maxQueuedBytes>(
            "server.max_queued", byteCountCodec(0, 1024 * 1024 * MiB),
            QStringLiteral("Bytes that may wait for all clients together, and of what they have not sent whole; above "
                           "it the lowest class (guests first) and "
                           "whoever is owed most is closed. 0 = no limit.")),
        row<At, &ServerSettings::maxQueuedPerSiteBytes>("server.max_queued_per_site",
                                                        byteCountCodec(0, 1024 * 1024 * MiB),
                                                        QStringLiteral("The same for the clients of one site.")),
        row<At, &ServerSettings::publicUrl>(
            "server.public_url", httpUrlCodec(),
            QStringLiteral("Address browsers use when a proxy stands in front, for example https://live.example.")),
        ssma("SSMA_EXIT_AFTER_START",
             row<At, &ServerSettings::exitAfterStart>(
                 "server.exit_after_start", booleanCodec(),
                 QStringLiteral("Stop right after the sockets are open; for checking a deployment.")),
             SsmaRule::OnlyTrue),
        row<At, &ServerSettings::trustedProxies>(
            "server.trusted_proxies",
            nameListCodec(QStringLiteral("addresses or networks such as \"10.0.0.0/8\""), isSubnet),
            QStringLiteral("Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.")),
    };
}

Rows tlsRows()
{
    constexpr auto At = &GatewayConfig::tls;
    return {
        reloadable(row<At, &TlsSettings::certFile>("tls.cert_file", pathCodec(),
                                                   QStringLiteral("PEM certificate chain; empty = no TLS."))),
        reloadable(row<At, &TlsSettings::keyFile>("tls.key_file", pathCodec(),
                                                  QStringLiteral("PEM private key of the certificate."))),
    };
}

Rows httpRows()
{
    constexpr auto At = &GatewayConfig::http;
    return {
        row<At, &HttpSettings::bodyLimitBytes>("http.body_limit", byteCountCodec(1 * KiB, 64 * MiB),
                                               QStringLiteral("Largest request body; above it: 413.")),
        row<At, &HttpSettings::headLimitBytes>("http.head_limit", byteCountCodec(1 * KiB, 1 * MiB),
                                               QStringLiteral("Largest request head; above it: 431.")),
        row<At, &HttpSettings::headTimeoutMs>("http.head_timeout", durationCodec(100, 5 * Minute),
                                              QStringLiteral("How long a peer may take to send its request head.")),
        row<At, &HttpSettings::bodyTimeoutMs>("http.body_timeout", durationCodec(100, Hour),
                                              QStringLiteral("How long it may take to send the body.")),
        row<At, &HttpSettings::answerTimeoutMs>(
            "http.answer_timeout", durationCodec(100, Hour),
            QStringLiteral("How long it may take to read its answer; until then no other request of it is read.")),
        reloadable(ssma("SSMA_RATE_WINDOW_MS",
                        row<At, &HttpSettings::rateWindowMs>("http.rate_window", durationCodec(100, Day),
                                                             QStringLiteral("Window of the HTTP rate limit.")))),
        reloadable(ssma("SSMA_RATE_MAX", row<At, &HttpSettings::rateMax>(
                                             "http.rate_max", smallNumberCodec(0, 100 * Million),
                                             QStringLiteral("Requests per address and window; 0 = no limit.")))),
        row<At, &HttpSettings::metricsPublic>(
            "http.metrics_public", booleanCodec(),
            QStringLiteral("Metrics for everybody, not only for staff and programs on this machine.")),
    };
}

Rows originRows()
{
    constexpr auto At = &GatewayConfig::origins;
    return {
        reloadable(ssma(
            "SSMA_ALLOWED_ORIGINS",
            row<At, &OriginsSettings::allowed>(
                "origins.allowed",
                nameListCodec(QStringLiteral("origins such as \"https://app.example\" (no path), or \"*\""), isOrigin),
                QStringLiteral("Web pages that may connect; \"*\" = any, empty = our own and loopback pages.")))),
    };
}

Rows authRows()
{
    constexpr auto At = &GatewayConfig::auth;
    return {
        ssma("SSMA_AUTH_JWT_SECRET",
             secret(row<At, &AuthSettings::secret>(
                 "auth.secret", secretCodec(),
                 QStringLiteral("Key that signs sessions; empty = the content of auth.secret_file.")))),
        row<At, &AuthSettings::secretFile>(
            "auth.secret_file", pathCodec(),
            QStringLiteral("File with the key, made on first start; empty = <server.data_dir>/secret.")),
        ssma("SSMA_AUTH_JWT_EXPIRES_IN",
             row<At, &AuthSettings::tokenTtlMs>("auth.token_ttl", durationCodec(Second, 366 * Day),
                                                QStringLiteral("Life of a session token.")),
             SsmaRule::DurationText),
        ssma("SSMA_REFRESH_TTL_MS",
             row<At, &AuthSettings::refreshTtlMs>("auth.refresh_ttl", durationCodec(Second, 3660 * Day),
                                                  QStringLiteral("Life of a refresh token."))),
        ssma("SSMA_AUTH_COOKIE", row<At, &AuthSettings::cookieName>(
                                     "auth.cookie_name", bytesCodec(QStringLiteral("a cookie name"), isCookieName),
                                     QStringLiteral("Name of the session cookie."))),
        ssma("SSMA_AUTH_COOKIE_SECURE",
             row<At, &AuthSettings::cookieSecure>(
                 "auth.cookie_secure", booleanCodec(),
                 QStringLiteral("Send the cookie over https only; on by itself with TLS or an https public_url.")),
             SsmaRule::OnUnlessFalse),
        ssma("SSMA_HMAC_SECRET",
             secret(row<At, &AuthSettings::hmacSecret>(
                 "auth.hmac_secret", secretCodec(),
                 QStringLiteral("Key of signed log batches; empty = derived from the session key.")))),
        ssma("SSMA_HMAC_TTL_MS", row<At, &AuthSettings::hmacTtlMs>("auth.hmac_ttl", durationCodec(Second, Day),
                                                                   QStringLiteral("Life of a nonce."))),
        ssma("SSMA_USER_STORE",
             row<At, &AuthSettings::userImport>(
                 "auth.user_import", pathCodec(),
                 QStringLiteral("users.json of an SSMA deployment, read once while there are no users."))),
        ssma("SSMA_OPTIMISTIC_REQUIRE_AUTH_WRITES",
             row<At, &AuthSettings::requireAuthWrites>("auth.require_auth_writes", booleanCodec(),
                                                       QStringLiteral("Only logged-in clients may write.")),
             SsmaRule::OnlyTrue),
    };
}

Rows ssmaLimitRows()
{
    constexpr auto At = &GatewayConfig::ssma;
    return {
        ssma("SSMA_PROTOCOL_SUBPROTOCOL",
             row<At, &SsmaSettings::protocolVersion>(
                 "ssma.protocol_version", bytesCodec(QStringLiteral("a version such as \"1.0.0\""), isProtocolVersion),
                 QStringLiteral("Version of the SSMA protocol that is advertised."))),
        reloadable(
            ssma("SSMA_OPTIMISTIC_REWORK_WINDOW_MS",
                 row<At, &SsmaSettings::reworkWindowMs>("ssma.rework_window", durationCodec(100, Day),
                                                        QStringLiteral("Window of the rework and undo limit.")))),
        reloadable(ssma(
            "SSMA_OPTIMISTIC_REWORK_MAX",
            row<At, &SsmaSettings::reworkMax>("ssma.rework_max", smallNumberCodec(0, Million),
                                              QStringLiteral("Reworks and undos per user and window; 0 = no limit.")))),
        reloadable(ssma("SSMA_OPTIMISTIC_CHANNEL_WINDOW_MS",
                        row<At, &SsmaSettings::subscribeWindowMs>("ssma.subscribe_window", durationCodec(100, Day),
                                                                  QStringLiteral("Window of the subscribe limit.")))),
        reloadable(ssma("SSMA_OPTIMISTIC_CHANNEL_MAX",
                        row<At, &SsmaSettings::subscribeMax>(
                            "ssma.subscribe_max", smallNumberCodec(0, Million),
                            QStringLiteral("Channel subscriptions per user and window; 0 = no limit.")))),
        reloadable(row<At, &SsmaSettings::maxSubscriptions>(
            "ssma.max_subscriptions", smallNumberCodec(1, Million),
            QStringLiteral("Channel subscriptions of one connection; above it: TOO_MANY_SUBSCRIPTIONS."))),
        reloadable(row<At, &SsmaSettings::maxSubscriptionBytes>(
            "ssma.max_subscription_bytes", byteCountCodec(1 * KiB, 64 * MiB),
            QStringLiteral("Params and filters of one connection's subscriptions together; above it: "
                           "PAYLOAD_TOO_LARGE."))),
        reloadable(row<At, &SsmaSettings::messageWindowMs>("ssma.message_window", durationCodec(100, Day),
                                                           QStringLiteral("Window of the message limit."))),
        reloadable(
            row<At, &SsmaSettings::messageMax>("ssma.message_max", smallNumberCodec(0, Million),
                                               QStringLiteral("Messages per connection and window; 0 = no limit."))),
        ssma("SSMA_OPTIMISTIC_REPLAY_MS", row<At, &SsmaSettings::replayWindowMs>(
                                              "ssma.replay_window", durationCodec(Second, 366 * Day),
                                              QStringLiteral("Age at which an intent loses the reason \"replay\"."))),
    };
}

Rows ssmaRows()
{
    constexpr auto At = &GatewayConfig::ssma;
    const auto nameList = nameListCodec(QStringLiteral("a list of island names"));
    Rows rows = ssmaLimitRows();
    const Rows rest{
        row<At, &SsmaSettings::strictSites>(
            "ssma.strict_sites", booleanCodec(),
            QStringLiteral("Event streams that name no site see only site \"default\", not all of them.")),
        reloadable(row<At, &SsmaSettings::snapshotScope>(
            "ssma.snapshot_scope",
            choiceCodec<SnapshotSharing>({{"subject", SnapshotSharing::Subject},
                                          {"role", SnapshotSharing::Role},
                                          {"site", SnapshotSharing::Site}}),
            QStringLiteral("Who shares one snapshot of the backend: the connections of one user, everybody of a role, "
                           "or everybody on a site; for the last two the backend is asked without naming a user."))),
        reloadable(row<At, &SsmaSettings::snapshotShareMs>(
            "ssma.snapshot_share", durationCodec(0, Minute),
            QStringLiteral("How long a snapshot of the backend serves others who may share it; 0 = not at all."))),
        reloadable(row<At, &SsmaSettings::channels>("ssma.channels", channelTableCodec(),
                                                    QStringLiteral("Channels and the role each one needs."))),
        reloadable(row<At, &SsmaSettings::islands>(
            "ssma.islands", islandTableCodec(),
            QStringLiteral("Islands and the role their events need; unlisted ones are open to guests."))),
        reloadable(row<At, &SsmaSettings::islandOverflow>(
            "ssma.island_overflow",
            choiceCodec<LagPolicy>({{"close", LagPolicy::Close}, {"conflate", LagPolicy::Conflate}}),
            QStringLiteral("What a client that reads too slowly gets: closed (4002), or of each island with the same "
                           "parameters the newest event only."))),
        reloadable(ssma("SSMA_STATIC_RENDER_DISABLED_ISLANDS",
                        row<At, &SsmaSettings::disabledIslands>("ssma.disabled_islands", nameList,
                                                                QStringLiteral("Islands that are switched off.")))),
        ssma("SSMA_STATIC_RENDER_ENABLED",
             row<At, &SsmaSettings::islandsEnabled>("ssma.islands_enabled", booleanCodec(),
                                                    QStringLiteral("Kill switch of all islands.")),
             SsmaRule::OnUnlessFalse),
        row<At, &SsmaSettings::islandsDemoEnabled>(
            "ssma.islands_demo", booleanCodec(),
            QStringLiteral("Serve SSMA's sample islands under /islands; on by itself with server.dev.")),
    };
    rows.insert(rows.end(), rest.begin(), rest.end());
    return rows;
}

Rows wsRows()
{
    constexpr auto At = &GatewayConfig::ws;
    return {
        ssma("SSMA_WS_MAX_BUFFERED_BYTES",
             row<At, &WsSettings::maxBufferedBytes>(
                 "ws.max_buffered", byteCountCodec(4 * KiB, 1024 * MiB),
                 QStringLiteral("Bytes waiting for one WebSocket client before it counts as slow."))),
        ssma("SSMA_WS_SLOW_CONSUMER_CLOSE_MS",
             row<At, &WsSettings::slowConsumerGraceMs>(
                 "ws.slow_consumer_grace", durationCodec(0, Hour),
                 QStringLiteral("How long a slow client may catch up before it is closed (4002)."))),
        row<At, &WsSettings::maxMessageBytes>(
            "ws.max_message", byteCountCodec(1 * KiB, 256 * MiB),
            QStringLiteral("Largest message from a client; above it: closed (1009).")),
        row<At, &WsSettings::maxFragments>("ws.max_fragments", smallNumberCodec(1, Million),
                                           QStringLiteral("Frames of one message; above it: closed (1009).")),
        row<At, &WsSettings::messageTimeoutMs>(
            "ws.message_timeout", durationCodec(100, Hour),
            QStringLiteral("How long a client may take from a message's first byte to its last; then: closed (1008).")),
        row<At, &WsSettings::pingIntervalMs>("ws.ping_interval", durationCodec(0, Day),
                                             QStringLiteral("Silence after which a client is pinged; 0 = never.")),
        row<At, &WsSettings::compression>(
            "ws.compression", booleanCodec(),
            QStringLiteral("Agree to permessage-deflate with clients that offer it (RFC 7692).")),
        row<At, &WsSettings::compressionThresholdBytes>(
            "ws.compression_threshold", byteCountCodec(0, 256 * KiB),
            QStringLiteral("Messages below this size are sent as they are.")),
    };
}

Rows sseRows()
{
    constexpr auto At = &GatewayConfig::sse;
    return {
        ssma("SSMA_SSE_MAX_QUEUE_BYTES",
             row<At, &SseSettings::maxQueueBytes>("sse.max_queue", byteCountCodec(4 * KiB, 1024 * MiB),
                                                  QStringLiteral("Bytes waiting for one event stream."))),
        ssma("SSMA_SSE_DRAIN_TIMEOUT_MS",
             row<At, &SseSettings::drainTimeoutMs>(
                 "sse.drain_timeout", durationCodec(100, Hour),
                 QStringLiteral("How long a full stream may take to drain before it is dropped."))),
        ssma("SSMA_SSE_RETRY_MS",
             row<At, &SseSettings::retryMs>("sse.retry", durationCodec(0, Hour),
                                            QStringLiteral("Reconnect delay that browsers are told."))),
        row<At, &SseSettings::keepAliveMs>("sse.keep_alive", durationCodec(Second, Hour),
                                           QStringLiteral("Pause between keep-alive comments.")),
    };
}

Rows backendRows()
{
    constexpr auto At = &GatewayConfig::backend;
    return {
        ssma("SSMA_BACKEND_URL",
             row<At, &BackendSettings::url>("backend.url", httpUrlCodec(),
                                            QStringLiteral("Base address of the business backend; empty = none."))),
        ssma("SSMA_BACKEND_TIMEOUT_MS",
             row<At, &BackendSettings::timeoutMs>("backend.timeout", durationCodec(1, Hour),
                                                  QStringLiteral("Time the backend has for one answer."))),
        row<At, &BackendSettings::maxInFlight>("backend.max_in_flight", smallNumberCodec(1, 1024),
                                               QStringLiteral("Calls to the backend at the same time.")),
        secret(row<At, &BackendSettings::token>("backend.token", secretCodec(),
                                                QStringLiteral("Bearer token sent to the backend; empty = none."))),
        ssma("SSMA_BACKEND_INTERNAL_TOKEN",
             secret(row<At, &BackendSettings::internalToken>(
                 "backend.internal_token", secretCodec(),
                 QStringLiteral(
                     "Token the backend must show at /internal/backend/events; empty = only this machine may.")))),
    };
}

Rows logRows()
{
    constexpr auto At = &GatewayConfig::log;
    return {
        ssma("SSMA_LOG_EXPORTER",
             row<At, &LogSettings::exporter>(
                 "log.exporter",
                 choiceCodec<LogExporter>({{"console", LogExporter::Console}, {"file", LogExporter::File}}),
                 QStringLiteral("Where log events go."))),
        ssma("SSMA_LOG_FILE",
             row<At, &LogSettings::file>("log.file", pathCodec(),
                                         QStringLiteral("Log file; empty = <server.data_dir>/tidegate.log."))),
        ssma("SSMA_LOG_MAX_BATCH", row<At, &LogSettings::maxBatch>("log.max_batch", smallNumberCodec(1, 100'000),
                                                                   QStringLiteral("Log events written at once."))),
    };
}

Rows adminRows()
{
    constexpr auto At = &GatewayConfig::admin;
    using Settings = AdminSettings;
    const auto role = choiceCodec<Role>(
        {{"user", Role::User}, {"staff", Role::Staff}, {"admin", Role::Admin}, {"system", Role::System}});
    return {
        reloadable(row<At, &Settings::viewRole>(
            "admin.view_role", role, QStringLiteral("Least role of operators that may look (/admin/v1, console)."))),
        reloadable(row<At, &Settings::operateRole>(
            "admin.operate_role", role,
            QStringLiteral("Least role of operators that may act on traffic: kick, retry."))),
        reloadable(row<At, &Settings::adminRole>(
            "admin.admin_role", role,
            QStringLiteral("Least role of operators that may act on accounts, keys and sessions."))),
    };
}

Rows monitorRows()
{
    constexpr auto At = &GatewayConfig::monitor;
    return {
        reloadable(ssma("SSMA_MONITOR_BACKLOG_THRESHOLD",
                        row<At, &MonitorSettings::backlogThreshold>(
                            "monitor.backlog_threshold", smallNumberCodec(1, 1000 * Million),
                            QStringLiteral("Stored intents above which the monitor warns.")))),
        reloadable(ssma("SSMA_MONITOR_INVALIDATION_BUDGET_MS",
                        row<At, &MonitorSettings::invalidationBudgetMs>(
                            "monitor.invalidation_budget", durationCodec(1, Hour),
                            QStringLiteral("Delay of an invalidation above which the monitor warns.")))),
    };
}

} // namespace

std::vector<Setting> allSettingRows()
{
    Rows all;
    for (const Rows &rows : {serverRows(), tlsRows(), httpRows(), originRows(), authRows(), ssmaRows(), wsRows(),
                             sseRows(), shareDataRows(), meshRows(), clusterRows(), storeRows(), backendRows(),
                             logRows(), monitorRows(), adminRows()})
        all.insert(all.end(), rows.begin(), rows.end());
    return all;
}

} // namespace Tidegate
