// SPDX-License-Identifier: MIT
#include "session/mesh/documentbridge.h"

#include "base/logging.h"
#include "document/documentstream.h"
#include "mesh/subject.h"
#include "wire/jsonline.h"
#include "wire/objectwriter.h"

#include <algorithm>

namespace Tidegate::Mesh {

namespace {

const QByteArray Self = QByteArrayLiteral("mesh");

//! JSON as it is, other bytes in base64.
QByteArray proposedData(const QByteArray &bytes)
{
    const QByteArray line = jsonLine(bytes, DocumentRegistry::MaxStateDepth);
    if (!line.isEmpty())
        return line;
    QByteArray wrapped;
    ObjectWriter(wrapped).text("base64", bytes.toBase64()).end();
    return wrapped;
}

QByteArray proofFor(const QByteArray &functionId)
{
    QByteArray proof;
    ObjectWriter(proof).text("purpose", functionId).end();
    return proof;
}

} // namespace

DocumentBridge::DocumentBridge(Broker &broker, DocumentRegistry &documents, Rules rules)
    : m_broker(broker)
    , m_documents(documents)
    , m_rules(std::move(rules))
{
    if (!m_rules.outward.isEmpty()) {
        connect(&documents, &DocumentRegistry::documentCreated, this,
                [this](const QByteArray &id) { publishOutward(id, "created"); });
        connect(&documents, &DocumentRegistry::transactionRecorded, this,
                [this](const QByteArray &id, quint64, bool accepted) {
                    publishOutward(id, accepted ? "accepted" : "rejected");
                });
        connect(&documents, &DocumentRegistry::documentReplaced, this,
                [this](const QByteArray &id) { publishOutward(id, "replaced"); });
        connect(&documents, &DocumentRegistry::documentRemoved, this,
                [this](const QByteArray &id) { publishOutward(id, "removed"); });
    }
    for (const Inward &rule : m_rules.inward) {
        m_consumers.push_back(m_broker.subscribe(
            rule.pattern, [this, &rule](const PublicationPtr &message) { proposeInward(rule, *message); }));
    }
}

DocumentBridge::~DocumentBridge()
{
    for (const Broker::ConsumerId id : m_consumers)
        m_broker.unsubscribe(id);
}

void DocumentBridge::publishOutward(const QByteArray &id, QByteArrayView event)
{
    if (!m_documents.isDeciding())
        return;
    const QByteArray subject = documentStream(id);
    const bool isOpen = std::any_of(m_rules.outward.begin(), m_rules.outward.end(),
                                    [&](const QByteArray &pattern) { return matches(pattern, subject); });
    if (!isOpen)
        return;
    auto message = std::make_shared<Publication>();
    message->stream = subject;
    ObjectWriter body(message->body);
    body.text("shareDataId", id).text("event", event);
    if (const Document *document = m_documents.find(id))
        body.textOrNull("lastTransactionId", document->lastTransactionId()).json("state", document->durable.state);
    body.end();
    if (const auto sent = m_broker.publish(message); !sent)
        qCWarning(lcMesh, "document event not sent on %s: %s", subject.constData(), qPrintable(sent.error().text));
}

void DocumentBridge::proposeInward(const Inward &rule, const Publication &message)
{
    if (!m_documents.isDeciding())
        return;
    Proposal proposal;
    proposal.documentId = rule.documentId;
    proposal.functionId = rule.functionId;
    proposal.proposedData = proposedData(message.body);
    proposal.proof = proofFor(rule.functionId);
    proposal.proofPurpose = rule.functionId;
    proposal.proposer = {Self, "{}"};
    m_documents.propose(std::move(proposal),
                        [subject = message.stream, id = rule.documentId](const ProposalOutcome &outcome) {
                            if (const auto *failed = std::get_if<FailedProposal>(&outcome))
                                qCWarning(lcMesh, "mesh message on %s not proposed to %s: %s", subject.constData(),
                                          id.constData(), failed->text.constData());
                        });
}

} // namespace Tidegate::Mesh
