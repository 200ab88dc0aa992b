// SPDX-License-Identifier: MIT
// Functions that an embedding application brings, through a gateway in this process.

#include "app/configloader.h"
#include "app/gateway.h"

#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>

#include <stdexcept>

using namespace Tidegate;

namespace {

class AppFunction final : public NativeFunction
{
public:
    explicit AppFunction(std::function<Ruling(const Evaluation &)> act)
        : m_act(std::move(act))
    {
    }
    Ruling evaluate(const Evaluation &evaluation) const override { return m_act(evaluation); }

private:
    const std::function<Ruling(const Evaluation &)> m_act;
};

GatewayConfig configIn(const QTemporaryDir &directory)
{
    ConfigSources sources;
    sources.flags = {{"server.listen", QStringLiteral("127.0.0.1:0")},
                     {"server.data_dir", directory.path()},
                     {"sharedata.enabled", QStringLiteral("true")},
                     {"sharedata.tokens", QStringLiteral("tg=ann")},
                     {"sharedata.function_timeout", QStringLiteral("200ms")},
                     {"sharedata.functions", QStringLiteral("app=native=app,set=accept-any")}};
    auto config = loadConfig(sources);
    if (!config)
        return {};
    config->sharedata.documents["d"] = {{"app", "set"}, QByteArray("0"), ProofPolicy::None};
    config->sharedata.documents["strict"] = {{"set"}, QByteArray("0"), ProofPolicy::Adapter};
    return *config;
}

QByteArray proposal(const QByteArray &documentId, const QByteArray &functionId, const QByteArray &correlationId)
{
    return R"({"v":1,"type":"propose","shareDataId":")" + documentId + R"(","functionId":")" + functionId +
           R"(","correlationId":")" + correlationId +
           R"(","proposedData":[1],"proof":{"publicKey":"k","shareDataHash":"h","shareDataPreviousHash":"p",)"
           R"("shareDataSignature":"s","purpose":"x","timestamp":1}})";
}

} // namespace

class TestGatewayDocuments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void applicationDecides();
    void functionThatThrowsOrHangsFailsItsProposalOnly();
    void applicationVerifiesProofs();
    void unknownFunctionIsAClearError();
};

void TestGatewayDocuments::applicationDecides()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    gateway.addFunction("app", std::make_shared<AppFunction>([](const Evaluation &evaluation) -> Ruling {
                            return Accepted{"{\"by\":\"" + evaluation.proposer.subject +
                                            "\",\"was\":" + evaluation.state + '}'};
                        }));
    QVERIFY(gateway.start());
    const auto client = gateway.connectInProcess("/realtime?token=tg");
    QByteArrayList frames;
    connect(client.get(), &InProcessClient::textReceived, this, [&](const QByteArray &text) { frames.append(text); });
    client->send(R"({"v":1,"type":"subscribe","shareDataId":"d"})");
    client->send(proposal("d", "app", "c"));
    QTRY_COMPARE(frames.size(), 3);
    QCOMPARE(frames.at(1), R"({"v":1,"type":"transaction","shareDataId":"d","transactionId":"1","accepted":true,)"
                           R"("currentState":{"by":"ann","was":0}})");
    QCOMPARE(frames.at(2),
             R"({"v":1,"type":"proposal-result","correlationId":"c","accepted":true,"transactionId":"1"})");
}

void TestGatewayDocuments::functionThatThrowsOrHangsFailsItsProposalOnly()
{
    const QTemporaryDir directory;
    QSemaphore release;
    {
        Gateway gateway(configIn(directory));
        std::atomic<int> calls = 0;
        gateway.addFunction("app", std::make_shared<AppFunction>([&](const Evaluation &) -> Ruling {
                                if (++calls == 1)
                                    throw std::runtime_error("boom");
                                release.acquire();
                                return Rejected{};
                            }));
        QVERIFY(gateway.start());
        const auto client = gateway.connectInProcess("/realtime?token=tg");
        QByteArrayList frames;
        connect(client.get(), &InProcessClient::textReceived, this,
                [&](const QByteArray &text) { frames.append(text); });
        client->send(proposal("d", "app", "throws"));
        client->send(proposal("d", "app", "hangs"));
        client->send(proposal("d", "set", "behind"));
        QTRY_COMPARE(frames.size(), 3);
        const QByteArrayList expected = {R"("correlationId":"throws","accepted":false,"error":"boom")",
                                         R"("correlationId":"hangs","accepted":false,"error":"the function did not)",
                                         R"("correlationId":"behind","accepted":true,"transactionId":"1")"};
        for (int i = 0; i < 3; ++i)
            QVERIFY2(frames.at(i).contains(expected.at(i)), frames.at(i).constData());
        release.release();
    }
}

void TestGatewayDocuments::applicationVerifiesProofs()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    gateway.addFunction("app", std::make_shared<AppFunction>([](const Evaluation &) -> Ruling { return Rejected{}; }));
    gateway.setProofVerifier([](const Evaluation &evaluation) {
        return evaluation.proof.contains(R"("shareDataSignature":"s")") ? QByteArray("the signature is not good")
                                                                        : QByteArray();
    });
    QVERIFY(gateway.start());
    const auto client = gateway.connectInProcess("/realtime?token=tg");
    QByteArrayList frames;
    connect(client.get(), &InProcessClient::textReceived, this, [&](const QByteArray &text) { frames.append(text); });
    client->send(proposal("strict", "set", "bad"));
    client->send(
        proposal("strict", "set", "good").replace(R"("shareDataSignature":"s")", R"("shareDataSignature":"t")"));
    QTRY_COMPARE(frames.size(), 2);
    QVERIFY(frames.at(0).contains("the signature is not good"));
    QVERIFY(frames.at(1).contains("\"accepted\":true"));
}

void TestGatewayDocuments::unknownFunctionIsAClearError()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    const auto started = gateway.start();
    QVERIFY(!started);
    QVERIFY(started.error().text.contains(QStringLiteral("sharedata.functions: app")));
}

QTEST_GUILESS_MAIN(TestGatewayDocuments)
#include "tst_gatewaydocuments.moc"
