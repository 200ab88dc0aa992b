// SPDX-License-Identifier: MIT
#include "app/wiring.h"

#include <QThread>

namespace Tidegate::Wiring {

LinkLimits linkLimits(const GatewayConfig &config)
{
    LinkLimits limits;
    limits.headBytes = qsizetype(config.http.headLimitBytes);
    limits.headTimeoutMs = config.http.headTimeoutMs;
    limits.bodyTimeoutMs = config.http.bodyTimeoutMs;
    limits.answerTimeoutMs = config.http.answerTimeoutMs;
    limits.bodyBytes = qsizetype(config.http.bodyLimitBytes);
    limits.wsMessageBytes = qsizetype(config.ws.maxMessageBytes);
    limits.wsMaxFragments = quint32(config.ws.maxFragments);
    limits.wsMessageTimeoutMs = config.ws.messageTimeoutMs;
    limits.wsSlowGraceMs = config.ws.slowConsumerGraceMs;
    limits.wsPingIntervalMs = config.ws.pingIntervalMs;
    limits.wsDeflate = config.ws.compression;
    limits.wsDeflateMinBytes = qsizetype(config.ws.compressionThresholdBytes);
    limits.sseDrainTimeoutMs = config.sse.drainTimeoutMs;
    limits.sseRetryMs = config.sse.retryMs;
    limits.sseKeepAliveMs = config.sse.keepAliveMs;
    return limits;
}

BudgetPool::Config budgets(const GatewayConfig &config)
{
    BudgetPool::Config budgets;
    budgets.processBytes = config.server.maxQueuedBytes;
    budgets.siteBytes = config.server.maxQueuedPerSiteBytes;
    return budgets;
}

namespace {

//! "<first>/<rest>", as the configuration has checked.
std::pair<QByteArray, QByteArray> splitAtSlash(const QByteArray &text)
{
    const qsizetype slash = text.indexOf('/');
    return {text.first(slash), text.sliced(slash + 1)};
}

Ssma::SnapshotScope snapshotScope(SnapshotSharing sharing)
{
    switch (sharing) {
    case SnapshotSharing::Role:
        return Ssma::SnapshotScope::Role;
    case SnapshotSharing::Site:
        return Ssma::SnapshotScope::Site;
    default:
        return Ssma::SnapshotScope::Subject;
    }
}

} // namespace

Ssma::Profile profile(const GatewayConfig &config)
{
    Ssma::Profile profile;
    profile.protocolVersion = config.ssma.protocolVersion;
    profile.requireAuthWrites = config.auth.requireAuthWrites;
    profile.strictSites = config.ssma.strictSites;
    profile.subscribeWindowMs = config.ssma.subscribeWindowMs;
    profile.subscribeMax = config.ssma.subscribeMax;
    profile.maxSubscriptions = config.ssma.maxSubscriptions;
    profile.maxSubscriptionBytes = qsizetype(config.ssma.maxSubscriptionBytes);
    profile.snapshotScope = snapshotScope(config.ssma.snapshotScope);
    profile.snapshotShareMs = config.ssma.snapshotShareMs;
    profile.messageWindowMs = config.ssma.messageWindowMs;
    profile.messageMax = config.ssma.messageMax;
    profile.replayWindowMs = config.ssma.replayWindowMs;
    profile.latencyBudgetMs = config.monitor.invalidationBudgetMs;
    profile.backlogThreshold = config.monitor.backlogThreshold;
    profile.islands = IslandPolicy(config.ssma.islands);
    profile.disabledIslands = config.ssma.disabledIslands;
    profile.islandsEnabled = config.ssma.islandsEnabled;
    profile.islandOverflow = config.ssma.islandOverflow;
    profile.linkBudgetBytes = qsizetype(config.ws.maxBufferedBytes);
    profile.streamBudgetBytes = qsizetype(config.sse.maxQueueBytes);
    profile.channels.clear();
    for (const auto &[name, rule] : config.ssma.channels) {
        const bool filters = rule.filter == ChannelFilter::Payload;
        Ssma::ChannelRule &channel = profile.channels[name];
        channel.access = rule.access;
        channel.filter = filters ? Ssma::FilterMode::PayloadFields : Ssma::FilterMode::Ignored;
        channel.overflow = rule.overflow;
        channel.conflateBy = rule.conflateBy;
        if (rule.snapshots)
            channel.snapshotScope = snapshotScope(*rule.snapshots);
    }
    return profile;
}

std::shared_ptr<const ShareData::Profile> shareDataProfile(const GatewayConfig &config)
{
    const ShareDataSettings &settings = config.sharedata;
    // Checked line by line when they were read.
    const auto rules = [](const QByteArrayList &lines) {
        return ShareData::AccessRules::parse(lines).value_or(ShareData::AccessRules());
    };
    auto profile = std::make_shared<ShareData::Profile>();
    profile->subscribeRules = rules(settings.subscribeRules);
    profile->proposeRules = rules(settings.proposeRules);
    profile->linkBudgetBytes = qsizetype(settings.maxBufferedBytes);
    profile->overflow = settings.overflow;
    profile->maxSubscriptions = settings.maxSubscriptions;
    profile->messageMax = settings.messageMax;
    profile->messageWindowMs = settings.messageWindowMs;
    profile->unknownMax = settings.unknownMax;
    profile->unknownWindowMs = settings.unknownWindowMs;
    profile->hidesUnknown = settings.hideUnknown;
    profile->endsWithToken = settings.endsWithToken;
    profile->takesQueryTokens = settings.queryTokens;
    profile->hidesErrorTexts = settings.hideErrorTexts;
    profile->asksForIdentity = !settings.authUrl.isEmpty();
    profile->canPropose = !settings.functions.empty();
    return profile;
}

std::shared_ptr<const ShareData::TokenGate>
shareDataTokens(const GatewayConfig &config, std::shared_ptr<const IssuerKeys> issuers, const Authenticator &sessions)
{
    ShareData::TokenGate::Config tokens;
    tokens.tokens = config.sharedata.tokens;
    tokens.issuers = std::move(issuers);
    tokens.audience = config.sharedata.audience;
    tokens.sessions = config.sharedata.acceptSessions ? &sessions : nullptr;
    return std::make_shared<const ShareData::TokenGate>(std::move(tokens));
}

Admin::OperatorRoles operatorRoles(const GatewayConfig &config)
{
    return {config.admin.viewRole, config.admin.operateRole, config.admin.adminRole};
}

Mesh::SsmaBridge::Rules bridgeRules(const GatewayConfig &config)
{
    Mesh::SsmaBridge::Rules rules;
    rules.outward = config.mesh.bridgeOut;
    for (auto entry = config.mesh.bridgeIn.cbegin(); entry != config.mesh.bridgeIn.cend(); ++entry) {
        const auto [site, channel] = splitAtSlash(entry.value());
        rules.inward.push_back({entry.key(), site, channel});
    }
    return rules;
}

Mesh::DocumentBridge::Rules documentBridgeRules(const GatewayConfig &config)
{
    Mesh::DocumentBridge::Rules rules;
    rules.outward = config.mesh.documentsOut;
    for (auto entry = config.mesh.documentsIn.cbegin(); entry != config.mesh.documentsIn.cend(); ++entry) {
        const auto [function, document] = splitAtSlash(entry.value());
        rules.inward.push_back({entry.key(), document, function});
    }
    return rules;
}

Mesh::RetainedMessages::Config retention(const GatewayConfig &config)
{
    return {config.mesh.retain, config.mesh.retainMessages, config.mesh.retainBytes, config.mesh.retainForMs};
}

EventLog::Config eventLog(const GatewayConfig &config)
{
    return {config.log.exporter == LogExporter::File ? config.log.file : QString(), config.log.maxBatch};
}

#ifdef TIDEGATE_WITH_HTTP_API
HttpApiConfig httpApi(const GatewayConfig &config)
{
    HttpApiConfig http;
    http.allowedOrigins = config.origins.allowed;
    http.limits.requests.windowMs = config.http.rateWindowMs;
    // A demo page is a dozen files: reloading it a few times must not run into the default limit.
    const bool isRelaxed = config.server.devMode && !config.setBy.contains("http.rate_max");
    http.limits.requests.max = isRelaxed ? 0 : config.http.rateMax;
    http.limits.rework.windowMs = config.ssma.reworkWindowMs;
    http.limits.rework.max = config.ssma.reworkMax;
    http.backendToken = config.backend.internalToken;
    http.metricsPublic = config.http.metricsPublic;
    http.documentToken = config.sharedata.adminToken;
    http.devMode = config.server.devMode;
    http.islandsDemo = config.ssma.islandsDemoEnabled || config.server.devMode;
    http.islandsEnabled = config.ssma.islandsEnabled;
    http.disabledIslands = config.ssma.disabledIslands;
    return http;
}
#endif

int ioThreadCount(const GatewayConfig &config)
{
    return config.server.ioThreads > 0 ? config.server.ioThreads : std::max(1, QThread::idealThreadCount() - 1);
}

} // namespace Tidegate::Wiring
