// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/nats/bus.h"
#include "document/cluster/node.h"
#include "document/documentregistry.h"
#include "document/documentstream.h"
#include "document/jetstream/store.h"
#include "replay/memoryreplaylog.h"
#include "support/natsserver.h"
#include "support/tcpproxy.h"

#include <QTest>
#include <QTimer>

namespace Tidegate {

//! One gateway as far as documents go, with a wire of its own to the NATS server. Its documents are JSON arrays, and
//! the function "append" puts the proposed data at their end.
class SharedNode final : private ShardSink
{
public:
    SharedNode(const NatsServer &server, const QByteArray &deployment, const QByteArray &id, DocumentRules rules = {},
               DocumentLimits limits = {})
        : wire(server.port())
        , store(storeConfig(wire, deployment, id), queue)
    {
        NatsBus::Config nats;
        nats.url = url(wire);
        nats.reconnectWaitMs = 50;
        bus = *NatsBus::create(std::move(nats), busCounters);
        DocumentRegistry::Config config{limits, std::move(rules), {}};
        config.rules["*"].functions = {"append", "refuse", "fail"};
        config.rules["*"].proof = ProofPolicy::None;
        for (auto &[pattern, rule] : config.rules)
            rule.functions = {"append", "refuse", "fail"};
        config.functions["append"] = std::make_shared<Function>([](const Evaluation &each) -> Ruling {
            QByteArray state = each.state;
            state.chop(1);
            return Accepted{state + (state.size() > 1 ? "," : "") + each.proposedData + ']'};
        });
        config.functions["refuse"] =
            std::make_shared<Function>([](const Evaluation &) -> Ruling { return Rejected{"no"}; });
        config.functions["fail"] =
            std::make_shared<Function>([](const Evaluation &) -> Ruling { return Failed{"boom"}; });
        registry = std::make_unique<DocumentRegistry>(DocumentRegistry::Services{hub, store, clock, counters, {}},
                                                      std::move(config));
        hub.addShard(0, this);
        auto contents = store.open(limits.windowCount);
        if (!contents)
            qFatal("%s", qPrintable(contents.error().text));
        DocumentNode::Config own;
        own.name = deployment;
        own.id = id;
        node = std::make_unique<DocumentNode>(own, DocumentNode::Services{*registry, store, *bus, clock});
        node->start();
        registry->start(*std::move(contents), [this] { isStarted = true; });
    }
    ~SharedNode() override
    {
        node->stop();
        store.close();
    }
    Q_DISABLE_COPY_MOVE(SharedNode)

    static QByteArray url(const TcpProxy &wire) { return "nats://127.0.0.1:" + QByteArray::number(wire.port()); }
    static JetStreamDocumentStore::Config storeConfig(const TcpProxy &wire, const QByteArray &deployment,
                                                      const QByteArray &id)
    {
        JetStreamDocumentStore::Config config;
        config.url = url(wire);
        config.name = deployment;
        config.node = id;
        config.leaseMs = 1'500;
        config.logBytes = 4 * 1024 * 1024;
        config.reconnectWaitMs = 50;
        return config;
    }

    //! Publications of \p documentId are noted from now on.
    void watch(const QByteArray &documentId) { hub.attach(0, documentStream(documentId)); }
    //! Until \p order is done; "" or what went wrong.
    QString order(DocumentOrder::Kind kind, const QByteArray &id, const QByteArray &state = {})
    {
        std::optional<QString> text;
        registry->order({kind, id, state, {}},
                        [&](const Result<void> &done) { text = done ? QString() : done.error().text; });
        (void)QTest::qWaitFor([&] { return text.has_value(); }, 20'000);
        return text.value_or(QStringLiteral("not answered"));
    }
    QString put(const QByteArray &id, const QByteArray &state) { return order(DocumentOrder::Kind::Put, id, state); }

    //! Asks again while it is told that nothing was recorded.
    void append(const QByteArray &documentId, const QByteArray &token)
    {
        ++waiting;
        registry->propose(proposal(documentId, "append", token), [=, this](const ProposalOutcome &outcome) {
            --waiting;
            const auto *failed = std::get_if<FailedProposal>(&outcome);
            if (!failed) {
                const quint64 seq = std::get<RecordedProposal>(outcome).seq;
                told.insert(token, seq);
                const Document *document = registry->find(documentId);
                isEarly |= document && document->durable.seq < seq;
            } else if (failed->text.contains("nothing was recorded")) {
                ++refused;
                QTimer::singleShot(20, registry.get(), [=, this] { append(documentId, token); });
            } else {
                unknown.append(token);
            }
        });
    }
    //! "7", "no 7" or why it failed; "open" until then.
    std::shared_ptr<QByteArray> propose(const QByteArray &documentId, const QByteArray &function,
                                        const QByteArray &data, const QByteArray &key = {})
    {
        auto text = std::make_shared<QByteArray>("open");
        Proposal asked = proposal(documentId, function, data);
        asked.idempotencyKey = key;
        registry->propose(std::move(asked), [text](const ProposalOutcome &outcome) {
            const auto *recorded = std::get_if<RecordedProposal>(&outcome);
            *text = recorded ? (recorded->accepted ? "" : "no ") + QByteArray::number(recorded->seq)
                             : std::get<FailedProposal>(outcome).text;
        });
        return text;
    }
    QByteArray state(const QByteArray &documentId) const
    {
        const Document *document = registry->find(documentId);
        return document ? document->durable.state : QByteArray("none");
    }
    //! Epoch, newest transaction and the kept ones.
    QByteArray standing(const QByteArray &documentId) const
    {
        const Document *document = registry->find(documentId);
        if (!document)
            return "none";
        QByteArray text = QByteArray::number(document->epoch) + '/' + QByteArray::number(document->durable.revision) +
                          '/' + QByteArray::number(document->durable.seq) + ':';
        for (const TransactionRecord &record : document->window.records())
            text += ' ' + QByteArray::number(record.seq) + (record.accepted ? "" : "-");
        return text;
    }

    TcpProxy wire;
    SystemClock clock;
    TaskQueue queue;
    BusCounters busCounters;
    DocumentCounters counters;
    MemoryReplayLog log{{}};
    Hub hub{log};
    JetStreamDocumentStore store;
    std::unique_ptr<NatsBus> bus;
    std::unique_ptr<DocumentRegistry> registry;
    std::unique_ptr<DocumentNode> node;
    QMap<QByteArray, quint64> told; //!< transactions, by token
    QByteArrayList unknown;         //!< tokens of which nobody knows
    QByteArrayList published;       //!< "doc.id kind offset"
    int waiting = 0;
    int refused = 0;
    bool isStarted = false;
    bool isEarly = false; //!< an outcome was told before the transaction was here

private:
    class Function final : public DocumentFunction
    {
    public:
        explicit Function(std::function<Ruling(const Evaluation &)> decide)
            : m_decide(std::move(decide))
        {
        }
        void evaluate(const Evaluation &evaluation, Done done) override { done(m_decide(evaluation)); }

    private:
        const std::function<Ruling(const Evaluation &)> m_decide;
    };

    void deliver(const PublicationPtr &publication) override
    {
        published.append(publication->stream + ' ' + publication->kind.sliced(qstrlen("document.")) + ' ' +
                         QByteArray::number(publication->cursor));
    }
    static Proposal proposal(const QByteArray &documentId, const QByteArray &function, const QByteArray &data)
    {
        Proposal made;
        made.documentId = documentId;
        made.functionId = function;
        made.proposedData = data;
        made.proof = "{}";
        made.proposer = {"ann", "{}"};
        return made;
    }
};

} // namespace Tidegate
