// SPDX-License-Identifier: MIT
#include "session/mesh/ssmabridge.h"

#include "base/logging.h"
#include "channel/subject.h"
#include "mesh/subject.h"
#include "session/ssma/rows.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace Tidegate::Mesh {

namespace {

//! JSON objects and lists as they are, other bytes in base64.
QJsonValue payloadOf(const QByteArray &bytes)
{
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    if (document.isObject())
        return document.object();
    if (document.isArray())
        return document.array();
    return QJsonObject{{QStringLiteral("base64"), QString::fromLatin1(bytes.toBase64())}};
}

} // namespace

SsmaBridge::SsmaBridge(Services services, Rules rules)
    : m_services(services)
    , m_rules(std::move(rules))
{
    if (!m_rules.outward.isEmpty())
        connect(&services.engine, &IntentEngine::batchSettled, this,
                [this](const SettledBatchPtr &batch) { publishOutward(*batch); });
    for (const Inward &rule : m_rules.inward) {
        m_consumers.push_back(m_services.broker.subscribe(
            rule.pattern, [this, &rule](const PublicationPtr &message) { publishInward(rule, *message); }));
    }
}

SsmaBridge::~SsmaBridge()
{
    for (const Broker::ConsumerId id : m_consumers)
        m_services.broker.unsubscribe(id);
}

void SsmaBridge::publishOutward(const SettledBatch &batch)
{
    if (!m_services.engine.isDeciding())
        return;
    for (const IntentPtr &intent : batch.intents) {
        if (intent->status != IntentStatus::Acked)
            continue; // nobody on the channel is told of the others either
        for (const QByteArray &channel : intent->channels) {
            const QByteArray subject = makeSubject({"ssma", batch.site, channel});
            const bool isOpen = std::any_of(m_rules.outward.begin(), m_rules.outward.end(),
                                            [&](const QByteArray &pattern) { return matches(pattern, subject); });
            if (!isOpen)
                continue;
            auto message = std::make_shared<Publication>();
            message->stream = subject;
            message->body = Ssma::rowText(*intent);
            if (const auto sent = m_services.broker.publish(message); !sent)
                qCWarning(lcMesh, "channel event not sent on chan=%s: %s", subject.constData(),
                          qPrintable(sent.error().text));
        }
    }
}

void SsmaBridge::publishInward(const Inward &rule, const Publication &message)
{
    if (!m_services.engine.isDeciding())
        return;
    const QJsonObject meta{{QStringLiteral("channels"), QJsonArray{QString::fromUtf8(rule.channel)}}};
    const QJsonObject row{{QStringLiteral("id"), QString::fromLatin1(m_services.rng.uuid())},
                          {QStringLiteral("intent"), QString::fromUtf8(message.stream)},
                          {QStringLiteral("payload"), payloadOf(message.body)},
                          {QStringLiteral("meta"), meta}};
    BackendEvent event;
    event.site = rule.site;
    event.reason = "mesh";
    event.intents.push_back(QJsonDocument(row).toJson(QJsonDocument::Compact));
    BackendContext context;
    context.site = rule.site;
    context.connectionId = "mesh";
    m_services.publisher.publishEvent(std::move(event), context, [channel = rule.channel](const Result<void> &stored) {
        if (!stored)
            qCWarning(lcMesh, "mesh message not stored for chan=%s: %s", channel.constData(),
                      qPrintable(stored.error().text));
    });
}

} // namespace Tidegate::Mesh
