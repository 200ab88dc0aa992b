// SPDX-License-Identifier: MIT
#include "document/native/function.h"
#include "document/native/pool.h"

#include <QSemaphore>
#include <QTest>

#include <stdexcept>

using namespace Tidegate;

namespace {

class Lambda final : public NativeFunction
{
public:
    explicit Lambda(std::function<Ruling()> act)
        : m_act(std::move(act))
    {
    }
    Ruling evaluate(const Evaluation &) const override { return m_act(); }

private:
    const std::function<Ruling()> m_act;
};

std::shared_ptr<const NativeFunction> function(std::function<Ruling()> act)
{
    return std::make_shared<Lambda>(std::move(act));
}

QByteArray textOf(const Ruling &decision)
{
    if (const auto *failed = std::get_if<Failed>(&decision))
        return "failed: " + failed->text;
    return std::holds_alternative<Rejected>(decision) ? "rejected" : std::get<Accepted>(decision).state;
}

} // namespace

class TestFunctionPool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decisionComesHome();
    void exceptionsAreFailures();
    void functionThatHangsFailsItsProposalAndHoldsUpNobody();
    void functionsWaitForAThread();
    void tooManyWaitingFailAtOnce();

private:
    QByteArray run(FunctionPool &pool, std::function<Ruling()> act);

    SystemClock m_clock;
};

QByteArray TestFunctionPool::run(FunctionPool &pool, std::function<Ruling()> act)
{
    QByteArray outcome;
    pool.run(function(std::move(act)), {}, [&](const Ruling &decision) { outcome = textOf(decision); });
    (void)QTest::qWaitFor([&] { return !outcome.isEmpty(); });
    return outcome;
}

void TestFunctionPool::decisionComesHome()
{
    FunctionPool pool({}, m_clock);
    QThread *ran = nullptr;
    QCOMPARE(run(pool,
                 [&]() -> Ruling {
                     ran = QThread::currentThread();
                     return Accepted{"1"};
                 }),
             "1");
    QVERIFY(ran != QThread::currentThread());
}

void TestFunctionPool::exceptionsAreFailures()
{
    FunctionPool pool({}, m_clock);
    QCOMPARE(run(pool, []() -> Ruling { throw std::runtime_error("boom"); }), "failed: boom");
    QCOMPARE(run(pool, []() -> Ruling { throw 7; }), "failed: the function failed");
    QCOMPARE(run(pool, []() -> Ruling { return Rejected{}; }), "rejected");
}

void TestFunctionPool::functionThatHangsFailsItsProposalAndHoldsUpNobody()
{
    QSemaphore release;
    {
        FunctionPool pool({.deadlineMs = 400, .threads = 1}, m_clock);
        for (int i = 0; i < 3; ++i) {
            QTest::ignoreMessage(QtWarningMsg, "a function is over its deadline and was given up");
            QCOMPARE(run(pool,
                         [&]() -> Ruling {
                             release.acquire();
                             return Accepted{"late"};
                         }),
                     "failed: the function did not answer in time");
        }
        QCOMPARE(run(pool, []() -> Ruling { return Accepted{"1"}; }), "1");
        release.release(3);
    }
}

void TestFunctionPool::functionsWaitForAThread()
{
    FunctionPool pool({.deadlineMs = 60'000, .threads = 1}, m_clock);
    QSemaphore release;
    QByteArrayList outcomes;
    const auto note = [&](const Ruling &decision) { outcomes.append(textOf(decision)); };
    pool.run(function([&]() -> Ruling {
                 release.acquire();
                 return Accepted{"first"};
             }),
             {}, note);
    pool.run(function([]() -> Ruling { return Accepted{"second"}; }), {}, note);
    QVERIFY(outcomes.isEmpty());
    release.release();
    QTRY_COMPARE(outcomes, (QByteArrayList{"first", "second"}));
}

void TestFunctionPool::tooManyWaitingFailAtOnce()
{
    QSemaphore release;
    FunctionPool pool({.deadlineMs = 60'000, .threads = 1, .maxWaiting = 1}, m_clock);
    QByteArrayList outcomes;
    const auto note = [&](const Ruling &decision) { outcomes.append(textOf(decision)); };
    const auto waits = function([&]() -> Ruling {
        release.acquire();
        return Rejected{};
    });
    pool.run(waits, {}, note);
    pool.run(waits, {}, note);
    pool.run(waits, {}, note);
    QCOMPARE(outcomes, QByteArrayList{"failed: too many functions wait to be run; try again"});
    release.release(2);
    QTRY_COMPARE(outcomes.size(), 3);
}

QTEST_GUILESS_MAIN(TestFunctionPool)
#include "tst_functionpool.moc"
