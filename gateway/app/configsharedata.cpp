// SPDX-License-Identifier: MIT
#include "app/configsharedata.h"

#include "app/documentsetup.h"
#include "session/sharedata/accessrules.h"
#include "wire/jsonline.h"

#include <algorithm>

namespace Tidegate {

using namespace ConfigRow;

namespace {

using Settings = ShareDataSettings;
constexpr auto At = &GatewayConfig::sharedata;

//! Entries add to those that are there.
ConfigCodec<TextTable> textTableCodec(const QString &expected, const std::function<bool(const QByteArray &)> &accepts)
{
    const auto read = [accepts](TextTable &target, const QVariant &value) {
        TextTable table = target;
        const QVariantMap entries = value.toMap();
        for (auto entry = entries.cbegin(); entry != entries.cend(); ++entry) {
            const QByteArray text = entry.value().toString().toUtf8();
            if (entry.key().isEmpty() || entry.value().typeId() != QMetaType::QString || !accepts(text))
                return false;
            table.insert_or_assign(entry.key().toUtf8(), text);
        }
        target = std::move(table);
        return true;
    };
    const auto write = [](const TextTable &source) {
        QVariantMap entries;
        for (const auto &[key, text] : source)
            entries.insert(QString::fromUtf8(key), QString::fromUtf8(text));
        return QVariant(entries);
    };
    return {ValueShape::Table, expected, read, write};
}

constexpr std::pair<const char *, ProofPolicy> ProofNames[] = {
    {"purpose", ProofPolicy::Purpose}, {"none", ProofPolicy::None}, {"adapter", ProofPolicy::Adapter}};

bool setProof(DocumentRule &rule, const QString &name)
{
    for (const auto &[known, policy] : ProofNames) {
        if (name == QLatin1StringView(known)) {
            rule.proof = policy;
            return true;
        }
    }
    return false;
}

//! "increment reset", or a table with the keys functions, state and proof.
std::optional<DocumentRule> documentRuleFromValue(const QVariant &value)
{
    QVariantMap fields{{QStringLiteral("functions"), value}};
    if (value.typeId() == QMetaType::QVariantMap)
        fields = value.toMap();
    DocumentRule rule;
    const QByteArray functions = fields.take(QStringLiteral("functions")).toString().simplified().toUtf8();
    if (!functions.isEmpty())
        rule.functions = functions.split(' ');
    if (const QVariant state = fields.take(QStringLiteral("state")); state.isValid()) {
        rule.state = jsonLine(state.toString().toUtf8(), DocumentRegistry::MaxStateDepth);
        if (rule.state->isEmpty())
            return {};
    }
    const QVariant proof = fields.take(QStringLiteral("proof"));
    if ((proof.isValid() && !setProof(rule, proof.toString())) || !fields.isEmpty())
        return {};
    return rule;
}

QVariant valueOfDocumentRule(const DocumentRule &rule)
{
    QVariantMap fields;
    fields.insert(QStringLiteral("functions"), QString::fromUtf8(rule.functions.join(' ')));
    if (rule.state)
        fields.insert(QStringLiteral("state"), QString::fromUtf8(*rule.state));
    for (const auto &[name, policy] : ProofNames) {
        if (policy == rule.proof)
            fields.insert(QStringLiteral("proof"), QString::fromLatin1(name));
    }
    return fields;
}

ConfigCodec<DocumentRules> documentTableCodec()
{
    const auto read = [](DocumentRules &target, const QVariant &value) {
        DocumentRules rules = target;
        const QVariantMap entries = value.toMap();
        for (auto entry = entries.cbegin(); entry != entries.cend(); ++entry) {
            const auto rule = documentRuleFromValue(entry.value());
            const bool isPattern = entry.key().contains(u'*');
            if (entry.key().isEmpty() || !rule || (isPattern && rule->state))
                return false;
            rules.insert_or_assign(entry.key().toUtf8(), *rule);
        }
        target = std::move(rules);
        return true;
    };
    const auto write = [](const DocumentRules &source) {
        QVariantMap entries;
        for (const auto &[id, rule] : source)
            entries.insert(QString::fromUtf8(id), valueOfDocumentRule(rule));
        return QVariant(entries);
    };
    return {
        ValueShape::Table,
        QStringLiteral("ids (or patterns with '*') with function ids, or with a table: score = \"increment\", "
                       "\"notes/*\" = { functions = \"append\", proof = \"none\" }, board = { state = '{}', functions "
                       "= \"merge\", proof = \"purpose\" }"),
        read, write};
}

Rows accessRows()
{
    const auto rules = nameListCodec(
        QStringLiteral("rules such as \"deny document=secret-*\", \"allow subject=ann function=reset\" or \"allow "
                       "claim.role=editor\""),
        ShareData::AccessRules::isRule);
    return {
        row<At, &Settings::enabled>(
            "sharedata.enabled", booleanCodec(),
            QStringLiteral("Serve shared documents at /realtime, in the ShareData wire protocol.")),
        reloadable(secret(row<At, &Settings::tokens>(
            "sharedata.tokens",
            textTableCodec(
                QStringLiteral("tokens with a subject or subject:role: k3J9 = \"ann\", x7Qp = \"bob:editor\""),
                [](const QByteArray &text) { return !text.isEmpty() && !text.startsWith(':'); }),
            QStringLiteral(
                "Static tokens that are let in; whoever came with one that is taken out is closed (4002).")))),
        reloadable(row<At, &Settings::issuers>(
            "sharedata.issuers",
            textTableCodec(QStringLiteral("issuers with a PEM file: \"https://id.example\" = \"/etc/tidegate/id.pem\""),
                           [](const QByteArray &text) { return !text.isEmpty(); }),
            QStringLiteral("Issuers of JWTs (RS, PS, ES, EdDSA) that are let in, with their public keys."))),
        reloadable(row<At, &Settings::audience>("sharedata.audience", bytesCodec(QStringLiteral("text")),
                                                QStringLiteral("Audience (aud) that their tokens must be for."))),
        row<At, &Settings::authUrl>(
            "sharedata.auth_url", httpUrlCodec(),
            QStringLiteral("Asked by POST {\"token\":...} whom a token stands for that nothing here knows; 200 with "
                           "{\"subject\":...,\"claims\":{...}} lets it in. Empty = nobody is asked.")),
        row<At, &Settings::accessUrl>(
            "sharedata.access_url", httpUrlCodec(),
            QStringLiteral("Asked by POST for each subscribe and proposal that the rules allow; 200 with "
                           "{\"allowed\":true} allows it. Empty = nobody is asked.")),
        row<At, &Settings::authTimeoutMs>("sharedata.auth_timeout", durationCodec(1, Minute),
                                          QStringLiteral("Time those two have to answer; then the answer is no.")),
        reloadable(row<At, &Settings::acceptSessions>("sharedata.accept_sessions", booleanCodec(),
                                                      QStringLiteral("Let session tokens of this gateway in."))),
        reloadable(
            row<At, &Settings::endsWithToken>("sharedata.end_with_token", booleanCodec(),
                                              QStringLiteral("Close a connection (4002) when its token expires."))),
        reloadable(row<At, &Settings::queryTokens>(
            "sharedata.query_tokens", booleanCodec(),
            QStringLiteral("Take tokens from the query string (?token=), as the original's client sends them; false = "
                           "only Bearer and tickets."))),
        reloadable(row<At, &Settings::ticketTtlMs>(
            "sharedata.ticket_ttl", durationCodec(0, Hour),
            QStringLiteral("How long a ticket of POST /realtime/ticket is good for one connect with ?ticket=, which "
                           "keeps the token out of URLs and of proxies' logs; 0 = none are issued."))),
        reloadable(row<At, &Settings::subscribeRules>(
            "sharedata.subscribe_rules", rules,
            QStringLiteral("Who may subscribe; the first rule that fits decides, empty = everybody."))),
        reloadable(row<At, &Settings::proposeRules>(
            "sharedata.propose_rules", rules,
            QStringLiteral("Who may propose; the first rule that fits decides, empty = everybody."))),
        secret(row<At, &Settings::adminToken>(
            "sharedata.admin_token", secretCodec(),
            QStringLiteral("x-admin-token of PUT and DELETE /admin/sharedata/ID; empty = staff sessions only."))),
    };
}

Rows documentRows()
{
    return {
        row<At, &Settings::functions>(
            "sharedata.functions",
            textTableCodec(QStringLiteral("ids with a function: accept-any, merge-patch, append-only, "
                                          "counter-increment[=field], json-schema=file, reject-all[=reason], "
                                          "fail[=text], http=url or native=name"),
                           isFunctionText),
            QStringLiteral("Functions that decide proposals.")),
        row<At, &Settings::documents>(
            "sharedata.documents", documentTableCodec(),
            QStringLiteral("Documents and what may be done to them; one with a state is made at start.")),
        row<At, &Settings::functionTimeoutMs>("sharedata.function_timeout", durationCodec(1, Hour),
                                              QStringLiteral("Time a function has for one proposal.")),
        row<At, &Settings::path>(
            "sharedata.path", pathCodec(),
            QStringLiteral("SQLite file of the documents; empty = <server.data_dir>/documents.sqlite.")),
        row<At, &Settings::maxDocumentBytes>("sharedata.max_document", byteCountCodec(1 * KiB, 256 * MiB),
                                             QStringLiteral("Largest state of a document.")),
        row<At, &Settings::maxDocuments>("sharedata.max_documents", smallNumberCodec(1, 10 * Million),
                                         QStringLiteral("Documents that there may be.")),
        row<At, &Settings::maxTotalBytes>("sharedata.max_total", byteCountCodec(1 * MiB, 1024 * 1024 * MiB),
                                          QStringLiteral("All documents' states together.")),
        row<At, &Settings::historyMax>("sharedata.history_max", wholeNumberCodec(1, 1'000'000'000),
                                       QStringLiteral("Transactions kept on disk per document; the oldest go first.")),
        row<At, &Settings::replayCount>("sharedata.replay_count", smallNumberCodec(1, Million),
                                        QStringLiteral("Transactions of a document that a replay can reach back to.")),
        row<At, &Settings::replayBytes>("sharedata.replay_bytes", byteCountCodec(1 * KiB, 1024 * MiB),
                                        QStringLiteral("Memory for them, per document.")),
        row<At, &Settings::replayAgeMs>("sharedata.replay_age", durationCodec(0, 3660 * Day),
                                        QStringLiteral("Age up to which they are replayed; 0 = any.")),
        row<At, &Settings::replayStates>(
            "sharedata.replay_states", booleanCodec(),
            QStringLiteral("Keep the state after each transaction and show it in replays (currentState).")),
    };
}

Rows linkRows()
{
    return {
        row<At, &Settings::maxBufferedBytes>("sharedata.max_buffered", byteCountCodec(4 * KiB, 1024 * MiB),
                                             QStringLiteral("Bytes that may wait for a client; above it: 4001.")),
        row<At, &Settings::overflow>(
            "sharedata.overflow",
            choiceCodec<LagPolicy>({{"close", LagPolicy::Close}, {"conflate", LagPolicy::Conflate}}),
            QStringLiteral("What a client that reads too slowly gets: closed (4001), or of each document the newest "
                           "frame only.")),
        reloadable(row<At, &Settings::maxSubscriptions>("sharedata.max_subscriptions", smallNumberCodec(1, Million),
                                                        QStringLiteral("Documents one connection may follow."))),
        reloadable(row<At, &Settings::messageMax>(
            "sharedata.message_max", smallNumberCodec(0, 100 * Million),
            QStringLiteral("Messages per connection and window; above it: closed (1008). 0 = no limit."))),
        reloadable(row<At, &Settings::messageWindowMs>("sharedata.message_window", durationCodec(100, Day),
                                                       QStringLiteral("Window of the message limit."))),
        reloadable(row<At, &Settings::unknownMax>(
            "sharedata.unknown_max", smallNumberCodec(0, Million),
            QStringLiteral("Subscribes to documents that do not exist, per address and window; above it new "
                           "connections are answered 429, because clients try for ever. 0 = no limit."))),
        reloadable(row<At, &Settings::unknownWindowMs>("sharedata.unknown_window", durationCodec(100, Day),
                                                       QStringLiteral("Window of that limit."))),
        reloadable(row<At, &Settings::hideUnknown>(
            "sharedata.hide_unknown", booleanCodec(),
            QStringLiteral(
                "Answer subscribes and proposals to an unknown document like denied ones instead of closing (4003)."))),
        reloadable(row<At, &Settings::hideErrorTexts>(
            "sharedata.hide_error_texts", booleanCodec(),
            QStringLiteral("Tell proposers only that a proposal failed, not what the function says."))),
    };
}

} // namespace

Rows shareDataRows()
{
    Rows all;
    for (const Rows &rows : {accessRows(), documentRows(), linkRows()})
        all.insert(all.end(), rows.begin(), rows.end());
    return all;
}

} // namespace Tidegate
