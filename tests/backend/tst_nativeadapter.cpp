// SPDX-License-Identifier: MIT
#include "backend/native/adapter.h"
#include "outcome.h"

#include <QRegularExpression>
#include <QTest>
#include <QThreadPool>

#include <stdexcept>
#include <thread>

using namespace Tidegate;

namespace {

ApplyRequest request()
{
    return {{{"it-00000001", "TODO_CREATE", "{}", "{}", {}}}, {}, "key"};
}

} // namespace

class TestNativeAdapter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }
    void missingCallbacksBehaveAsEmbedded();
    void aConfiguredApplyIsNotDecidedInline();
    void plainCallbacksAnswerOnTheCallersThread();
    void anExceptionBecomesInternal_data();
    void anExceptionBecomesInternal();
    void anExecutorRunsCallbacksElsewhere();
    void anExecutorThatThrowsFailsTheCall();
    void asyncAnswersFromAnotherThread();
    void asyncExceptionsBecomeInternal();
    void onlyTheFirstAnswerCounts();
    void aDroppedResponderIsAnError();
    void silenceEndsInTimeout();
    void answersAfterTheTimeoutAreIgnored();
    void destructionCompletesWhatIsOutstanding();
    void respondersSurviveTheAdapter();
    void tooManyOutstandingCallsAreRefused();
};

void TestNativeAdapter::missingCallbacksBehaveAsEmbedded()
{
    NativeBackendAdapter adapter({});
    QVERIFY(adapter.decideInline(request()));
    Outcome<ApplyReply> applied;
    adapter.applyIntents(request(), applied.sink());
    QVERIFY(applied.succeeded());
    Outcome<SnapshotReply> snapshot;
    adapter.subscribe({}, snapshot.sink());
    QVERIFY(snapshot.succeeded() && !snapshot.value().provided);
    Outcome<QByteArray> data;
    adapter.query("q", "{}", {}, data.sink());
    QVERIFY(data.succeeded());
    QCOMPARE(data.value(), "null");
    Outcome<QByteArray> health;
    adapter.health(health.sink());
    QVERIFY(health.succeeded());
}

void TestNativeAdapter::aConfiguredApplyIsNotDecidedInline()
{
    NativeCallbacks plain;
    plain.apply = [](const ApplyRequest &) { return ApplyReply{}; };
    QVERIFY(!NativeBackendAdapter(plain).decideInline(request()));
    NativeCallbacks async;
    async.applyAsync = [](const ApplyRequest &, const Responder<ApplyReply> &) {};
    QVERIFY(!NativeBackendAdapter(async).decideInline(request()));
}

void TestNativeAdapter::plainCallbacksAnswerOnTheCallersThread()
{
    NativeCallbacks callbacks;
    callbacks.apply = [](const ApplyRequest &asked) {
        return ApplyReply{{{asked.intents[0].id, Verdict::Rejected, "NO", "no"}}, {}};
    };
    callbacks.query = [](const QByteArray &name, const QByteArray &payload, const BackendContext &context) {
        return Result<QByteArray>(name + payload + context.site);
    };
    NativeBackendAdapter adapter(callbacks);
    Outcome<ApplyReply> applied;
    adapter.applyIntents(request(), applied.sink());
    QCOMPARE(applied.count, 1);
    QCOMPARE(applied.value().verdicts[0].verdict, Verdict::Rejected);
    Outcome<QByteArray> data;
    BackendContext context;
    context.site = "s";
    adapter.query("n", "p", context, data.sink());
    QCOMPARE(data.value(), "nps");
}

void TestNativeAdapter::anExceptionBecomesInternal_data()
{
    QTest::addColumn<bool>("standard");
    QTest::addColumn<bool>("elsewhere");
    QTest::newRow("a standard exception") << true << false;
    QTest::newRow("any other value") << false << false;
    QTest::newRow("a standard exception on an executor") << true << true;
    QTest::newRow("any other value on an executor") << false << true;
}

void TestNativeAdapter::anExceptionBecomesInternal()
{
    QFETCH(const bool, standard);
    QFETCH(const bool, elsewhere);
    NativeCallbacks callbacks;
    callbacks.apply = [standard](const ApplyRequest &) -> Result<ApplyReply> {
        if (standard)
            throw std::runtime_error("disk on fire");
        throw 7;
    };
    NativeBackendConfig config;
    if (elsewhere)
        config.executor = [](const std::function<void()> &job) { std::thread(job).join(); };
    NativeBackendAdapter adapter(callbacks, config);
    Outcome<ApplyReply> outcome;
    adapter.applyIntents(request(), outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.failedWith(ErrorCode::Internal));
    QCOMPARE(outcome.error().text.contains(QStringLiteral("disk on fire")), standard);
}

void TestNativeAdapter::anExecutorRunsCallbacksElsewhere()
{
    QThreadPool pool;
    NativeBackendConfig config;
    config.executor = [&pool](std::function<void()> job) { pool.start(std::move(job)); };
    NativeCallbacks callbacks;
    std::atomic<std::thread::id> ranOn;
    callbacks.subscribe = [&ranOn](const SnapshotRequest &) {
        ranOn = std::this_thread::get_id();
        return SnapshotReply{true, {"{}"}, 7};
    };
    NativeBackendAdapter adapter(callbacks, config);
    Outcome<SnapshotReply> outcome;
    std::thread::id completedOn;
    adapter.subscribe({}, [&](Result<SnapshotReply> reply) {
        completedOn = std::this_thread::get_id();
        outcome.sink()(std::move(reply));
    });
    QTRY_COMPARE(outcome.count, 1);
    QCOMPARE(outcome.value().cursor, std::optional<quint64>(7));
    QVERIFY(ranOn.load() != std::this_thread::get_id());
    QVERIFY(completedOn == std::this_thread::get_id());
}

void TestNativeAdapter::anExecutorThatThrowsFailsTheCall()
{
    NativeBackendConfig config;
    config.executor = [](const std::function<void()> &) { throw std::runtime_error("no threads left"); };
    NativeCallbacks callbacks;
    callbacks.health = [] { return Result<QByteArray>(QByteArray("{}")); };
    NativeBackendAdapter adapter(callbacks, config);
    QTest::ignoreMessage(QtWarningMsg, "native executor threw");
    Outcome<QByteArray> outcome;
    adapter.health(outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.failedWith(ErrorCode::Internal));
}

void TestNativeAdapter::asyncAnswersFromAnotherThread()
{
    NativeCallbacks callbacks;
    std::thread worker;
    callbacks.applyAsync = [&worker](const ApplyRequest &asked, const Responder<ApplyReply> &respond) {
        worker = std::thread([id = asked.intents[0].id, respond] {
            respond(ApplyReply{{{id, Verdict::Conflict, {}, {}}}, {}});
        });
    };
    NativeBackendAdapter adapter(callbacks);
    Outcome<ApplyReply> outcome;
    adapter.applyIntents(request(), outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    worker.join();
    QCOMPARE(outcome.value().verdicts[0].verdict, Verdict::Conflict);
}

void TestNativeAdapter::asyncExceptionsBecomeInternal()
{
    NativeCallbacks callbacks;
    callbacks.healthAsync = [](const Responder<QByteArray> &) { throw std::runtime_error("x"); };
    NativeBackendAdapter adapter(callbacks);
    Outcome<QByteArray> outcome;
    adapter.health(outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.failedWith(ErrorCode::Internal));
    QVERIFY(outcome.error().text.contains(QStringLiteral("threw")));
}

void TestNativeAdapter::onlyTheFirstAnswerCounts()
{
    NativeCallbacks callbacks;
    callbacks.queryAsync = [](const QByteArray &, const QByteArray &, const BackendContext &,
                              const Responder<QByteArray> &respond) {
        respond(QByteArray("1"));
        respond(QByteArray("2"));
        respond(Error{});
    };
    NativeBackendAdapter adapter(callbacks);
    Outcome<QByteArray> first;
    adapter.query("q", {}, {}, first.sink());
    Outcome<QByteArray> second; // once this has come, the answers to the first call have all been through the queue
    adapter.query("q", {}, {}, second.sink());
    QTRY_COMPARE(second.count, 1);
    QCOMPARE(first.count, 1);
    QCOMPARE(first.value(), "1");
}

void TestNativeAdapter::aDroppedResponderIsAnError()
{
    NativeCallbacks callbacks;
    callbacks.healthAsync = [](const Responder<QByteArray> &) {};
    NativeBackendAdapter adapter(callbacks);
    Outcome<QByteArray> outcome;
    adapter.health(outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.failedWith(ErrorCode::Internal));
}

void TestNativeAdapter::silenceEndsInTimeout()
{
    std::vector<Responder<QByteArray>> held;
    NativeCallbacks callbacks;
    callbacks.healthAsync = [&held](const Responder<QByteArray> &respond) { held.push_back(respond); };
    NativeBackendConfig config;
    config.timeout = std::chrono::milliseconds(20);
    NativeBackendAdapter adapter(callbacks, config);
    Outcome<QByteArray> first;
    adapter.health(first.sink());
    QTRY_COMPARE(first.count, 1);
    QVERIFY(first.failedWith(ErrorCode::Timeout));
    Outcome<QByteArray> second;
    adapter.health(second.sink());
    QTRY_COMPARE(second.count, 1);
}

void TestNativeAdapter::answersAfterTheTimeoutAreIgnored()
{
    std::vector<Responder<QByteArray>> held;
    NativeCallbacks callbacks;
    callbacks.healthAsync = [&held](const Responder<QByteArray> &respond) { held.push_back(respond); };
    NativeBackendConfig config;
    config.timeout = std::chrono::milliseconds(20);
    NativeBackendAdapter adapter(callbacks, config);
    Outcome<QByteArray> outcome;
    adapter.health(outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    held[0](QByteArray("late"));
    QCoreApplication::sendPostedEvents();
    QCOMPARE(outcome.count, 1);
    QVERIFY(outcome.failedWith(ErrorCode::Timeout));
}

void TestNativeAdapter::destructionCompletesWhatIsOutstanding()
{
    std::vector<Responder<QByteArray>> held;
    NativeCallbacks callbacks;
    callbacks.healthAsync = [&held](const Responder<QByteArray> &respond) { held.push_back(respond); };
    auto adapter = std::make_unique<NativeBackendAdapter>(callbacks);
    Outcome<QByteArray> outcome;
    adapter->health(outcome.sink());
    adapter.reset();
    QCOMPARE(outcome.count, 1);
    QVERIFY(outcome.failedWith(ErrorCode::Timeout));
    held[0](QByteArray("late"));
    QCoreApplication::sendPostedEvents();
    QCOMPARE(outcome.count, 1);
}

void TestNativeAdapter::respondersSurviveTheAdapter()
{
    std::vector<Responder<QByteArray>> held;
    NativeCallbacks callbacks;
    callbacks.healthAsync = [&held](const Responder<QByteArray> &respond) { held.push_back(respond); };
    auto adapter = std::make_unique<NativeBackendAdapter>(callbacks);
    Outcome<QByteArray> outcome;
    adapter->health(outcome.sink());
    adapter.reset();
    std::thread([responders = std::move(held)]() mutable {
        responders[0](QByteArray("late"));
        responders.clear(); // lets go of the queue on this thread
    }).join();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QCOMPARE(outcome.count, 1);
}

void TestNativeAdapter::tooManyOutstandingCallsAreRefused()
{
    std::vector<Responder<QByteArray>> held;
    NativeCallbacks callbacks;
    callbacks.healthAsync = [&held](const Responder<QByteArray> &respond) { held.push_back(respond); };
    NativeBackendConfig config;
    config.maxOutstanding = 1;
    NativeBackendAdapter adapter(callbacks, config);
    Outcome<QByteArray> first;
    adapter.health(first.sink());
    Outcome<QByteArray> second;
    adapter.health(second.sink());
    QVERIFY(second.failedWith(ErrorCode::Unavailable));
    QVERIFY(second.error().retryable);
    held[0](QByteArray("{}"));
    QTRY_COMPARE(first.count, 1);
    QVERIFY(first.succeeded());
}

QTEST_GUILESS_MAIN(TestNativeAdapter)
#include "tst_nativeadapter.moc"
