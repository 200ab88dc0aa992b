// SPDX-License-Identifier: MIT
#include "base/eventlog.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace Tidegate;

class TestEventLog : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void aLineIsOneJsonObjectWithEveryField();
    void absentUserAndSessionAreNull();
    void hostileTextStaysInsideItsString();
    void linesWaitForAFullBatch();
    void destructionWritesWhatWaits();
    void clientLinesAreAppendedAsTheyAre();
    void reopenWritesToANewFileAfterRotation();
    void anUnwritableSinkKeepsLinesAndCountsErrors();
    void theOldestLinesGoWhenTheBufferIsFull();
    void healthDegradesAfterMoreThanTenErrors();
    void linesOfManyThreadsAreWhole();

private:
    QString path() const { return m_dir->filePath(QStringLiteral("events.log")); }
    QByteArrayList written() const;

    std::unique_ptr<QTemporaryDir> m_dir;
    FakeClock m_clock{1'795'225'538'047};
};

void TestEventLog::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

QByteArrayList TestEventLog::written() const
{
    QFile file(path());
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArrayList lines = file.readAll().split('\n');
    if (!lines.isEmpty() && lines.last().isEmpty())
        lines.removeLast();
    return lines;
}

void TestEventLog::aLineIsOneJsonObjectWithEveryField()
{
    EventLog log({path()}, m_clock);
    log.record("INTENT_ACKED", LogLevel::Warn, R"({"id":"it-1"})", "user-1", "session-1");
    log.flush();
    QCOMPARE(written(), QByteArrayList{R"({"timestamp":1795225538047,"type":"INTENT_ACKED","level":"warn",)"
                                       R"("data":{"id":"it-1"},"userId":"user-1","sessionId":"session-1"})"});
}

void TestEventLog::absentUserAndSessionAreNull()
{
    EventLog log({path()}, m_clock);
    log.record("X", LogLevel::Info, "{}");
    log.flush();
    const QJsonObject line = QJsonDocument::fromJson(written().value(0)).object();
    QVERIFY(line.value(QLatin1String("userId")).isNull());
    QVERIFY(line.value(QLatin1String("sessionId")).isNull());
    QCOMPARE(line.value(QLatin1String("level")).toString(), QStringLiteral("info"));
}

void TestEventLog::hostileTextStaysInsideItsString()
{
    const QByteArray hostile = "a\"},\n{\"type\":\"FORGED\x01\\";
    EventLog log({path()}, m_clock);
    log.record("X", LogLevel::Info, "{}", hostile);
    log.flush();
    QCOMPARE(written().size(), 1);
    const QJsonObject line = QJsonDocument::fromJson(written().value(0)).object();
    QCOMPARE(line.value(QLatin1String("userId")).toString().toUtf8(), hostile);
}

void TestEventLog::linesWaitForAFullBatch()
{
    EventLog log({path(), 3}, m_clock);
    log.record("A", LogLevel::Info, "{}");
    log.record("B", LogLevel::Info, "{}");
    QCOMPARE(written().size(), 0);
    QCOMPARE(log.health().bufferedLines, 2);
    log.record("C", LogLevel::Info, "{}");
    QCOMPARE(written().size(), 3);
    QCOMPARE(log.health().bufferedLines, 0);
    QCOMPARE(log.health().ingested, quint64(3));
    QCOMPARE(log.health().exported, quint64(3));
}

void TestEventLog::destructionWritesWhatWaits()
{
    {
        EventLog log({path()}, m_clock);
        log.record("A", LogLevel::Info, "{}");
    }
    QCOMPARE(written().size(), 1);
}

void TestEventLog::clientLinesAreAppendedAsTheyAre()
{
    EventLog log({path()}, m_clock);
    log.recordLines({R"({"a":1})", R"({"b":2})"});
    log.flush();
    QCOMPARE(written(), (QByteArrayList{R"({"a":1})", R"({"b":2})"}));
}

void TestEventLog::reopenWritesToANewFileAfterRotation()
{
    const QString rotated = m_dir->filePath(QStringLiteral("events.log.1"));
    EventLog log({path()}, m_clock);
    log.recordLines({"1"});
    log.flush();
    QVERIFY(QFile::rename(path(), rotated));
    log.recordLines({"2"});
    log.reopen(); // what waits belongs to the old file
    log.recordLines({"3"});
    log.flush();
    QCOMPARE(written(), QByteArrayList{"3"});
    QFile old(rotated);
    QVERIFY(old.open(QIODevice::ReadOnly));
    QCOMPARE(old.readAll(), QByteArray("1\n2\n"));
}

void TestEventLog::anUnwritableSinkKeepsLinesAndCountsErrors()
{
    const QString folder = m_dir->filePath(QStringLiteral("later"));
    EventLog log({folder + QStringLiteral("/events.log")}, m_clock);
    log.recordLines({"1"});
    log.flush();
    QCOMPARE(log.health().errors, quint64(1));
    QCOMPARE(log.health().bufferedLines, 1);
    QVERIFY(!log.health().degraded);
    QVERIFY(QDir().mkpath(folder));
    log.flush();
    QCOMPARE(log.health().bufferedLines, 0);
    QCOMPARE(log.health().exported, quint64(1));
}

void TestEventLog::theOldestLinesGoWhenTheBufferIsFull()
{
    const QString folder = m_dir->filePath(QStringLiteral("later"));
    EventLog log({folder + QStringLiteral("/events.log")}, m_clock);
    for (int i = 0; i < EventLog::MaxBufferedLines + 5; ++i)
        log.recordLines({QByteArray::number(i)});
    QCOMPARE(log.health().bufferedLines, EventLog::MaxBufferedLines);
    QVERIFY(QDir().mkpath(folder));
    log.flush();
    QFile file(folder + QStringLiteral("/events.log"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readLine(), QByteArray("5\n"));
}

void TestEventLog::healthDegradesAfterMoreThanTenErrors()
{
    EventLog log({m_dir->filePath(QStringLiteral("no/such/folder"))}, m_clock);
    log.recordLines({"1"});
    for (int i = 0; i < 10; ++i)
        log.flush();
    QVERIFY(!log.health().degraded);
    log.flush();
    QVERIFY(log.health().degraded);
}

void TestEventLog::linesOfManyThreadsAreWhole()
{
    constexpr int PerThread = 2'000;
    EventLog log({path(), 50}, m_clock);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&log] {
            for (int i = 0; i < PerThread; ++i)
                log.record("T", LogLevel::Info, R"({"text":"0123456789"})");
        });
    for (auto &thread : threads)
        thread.join();
    log.flush();
    const QByteArrayList lines = written();
    QCOMPARE(lines.size(), 4 * PerThread);
    for (const QByteArray &line : lines)
        QCOMPARE(line, lines.first());
}

QTEST_GUILESS_MAIN(TestEventLog)
#include "tst_eventlog.moc"
