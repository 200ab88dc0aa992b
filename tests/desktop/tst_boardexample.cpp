// SPDX-License-Identifier: MIT
// The QML example: its model against a real gateway, its page as a user meets it, its program as a process.

#include "app/embedding.h"
#include "app/gateway.h"
#include "desktop/display.h"
#include "desktop/examples/board/backend.h"
#include "desktop/examples/board/boardmodel.h"
#include "desktop/shell/shellwindow.h"

#include <QAbstractItemModelTester>
#include <QDir>
#include <QProcess>
#include <QQuickItem>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace Tidegate;
using namespace Qt::StringLiterals;

class TestBoardExample : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void acceptedRowStaysAndReachesOthers();
    void rowIsShownBeforeItIsDecided();
    void refusedRowIsTakenBackWithItsReason();
    void refusedChangeGoesBackToWhatWasKnown();
    void removedRowLeaves();
    void rowsOfBeforeAreThereAtStart();
    void pageAddsAndTakesBack();
    void programRuns();

private:
    std::unique_ptr<BoardModel> board()
    {
        return std::make_unique<BoardModel>(
            m_gateway->connectInProcess("/optimistic/ws?role=leader&subprotocol=1.0.0"));
    }
    static QString text(const BoardModel &model, int row, int role)
    {
        return model.data(model.index(row), role).toString();
    }

    QTemporaryDir m_data;
    std::unique_ptr<Gateway> m_gateway;
};

void TestBoardExample::init()
{
    QVERIFY(m_data.isValid());
    QDir(m_data.path()).removeRecursively();
    m_gateway = std::make_unique<Gateway>(embeddedConfig(m_data.path()));
    m_gateway->setBackend(makeBoardBackend);
    QVERIFY(m_gateway->start());
}

void TestBoardExample::cleanup()
{
    m_gateway.reset();
}

void TestBoardExample::acceptedRowStaysAndReachesOthers()
{
    const auto mine = board();
    const auto theirs = board();
    const QAbstractItemModelTester testerOfMine(mine.get());
    const QAbstractItemModelTester testerOfTheirs(theirs.get());
    mine->add(u"  milk "_s);
    QTRY_COMPARE(text(*mine, 0, BoardModel::StateRole), u"acked"_s);
    QTRY_COMPARE(theirs->count(), 1);
    QCOMPARE(text(*theirs, 0, BoardModel::TitleRole), u"milk"_s);
    theirs->setDone(text(*theirs, 0, BoardModel::IdRole), true);
    QTRY_COMPARE(text(*mine, 0, BoardModel::DoneRole), u"true"_s);
    QCOMPARE(mine->count(), 1);
}

void TestBoardExample::rowIsShownBeforeItIsDecided()
{
    const auto model = board();
    model->add(u"milk"_s);
    QCOMPARE(model->count(), 1);
    QCOMPARE(text(*model, 0, BoardModel::StateRole), u"pending"_s);
    QTRY_COMPARE(text(*model, 0, BoardModel::StateRole), u"acked"_s);
}

void TestBoardExample::refusedRowIsTakenBackWithItsReason()
{
    const auto model = board();
    const QAbstractItemModelTester tester(model.get());
    model->add(u"milk"_s);
    model->add(u"MILK!"_s);
    QCOMPARE(model->count(), 2);
    QTRY_COMPARE(model->count(), 1);
    QCOMPARE(model->refusal(), u"tasks with an exclamation mark are not accepted"_s);
    QCOMPARE(text(*model, 0, BoardModel::TitleRole), u"milk"_s);
    model->dismissRefusal();
    QVERIFY(model->refusal().isEmpty());
}

void TestBoardExample::refusedChangeGoesBackToWhatWasKnown()
{
    const auto model = board();
    model->add(u"milk"_s);
    QTRY_COMPARE(text(*model, 0, BoardModel::StateRole), u"acked"_s);
    const QString id = text(*model, 0, BoardModel::IdRole);
    model->setDone(id, true);
    QTRY_COMPARE(text(*model, 0, BoardModel::StateRole), u"acked"_s);
    QCOMPARE(text(*model, 0, BoardModel::DoneRole), u"true"_s);
    model->rename(id, u"MILK!"_s);
    QCOMPARE(text(*model, 0, BoardModel::TitleRole), u"MILK!"_s);
    QTRY_COMPARE(text(*model, 0, BoardModel::TitleRole), u"milk"_s);
    QCOMPARE(text(*model, 0, BoardModel::DoneRole), u"true"_s);
}

void TestBoardExample::removedRowLeaves()
{
    const auto model = board();
    const QAbstractItemModelTester tester(model.get());
    model->add(u"milk"_s);
    QTRY_COMPARE(text(*model, 0, BoardModel::StateRole), u"acked"_s);
    model->remove(text(*model, 0, BoardModel::IdRole));
    QCOMPARE(text(*model, 0, BoardModel::StateRole), u"leaving"_s);
    QTRY_COMPARE(model->count(), 0);
}

void TestBoardExample::rowsOfBeforeAreThereAtStart()
{
    {
        const auto model = board();
        model->add(u"milk"_s);
        QTRY_COMPARE(text(*model, 0, BoardModel::StateRole), u"acked"_s);
    }
    m_gateway.reset();
    m_gateway = std::make_unique<Gateway>(embeddedConfig(m_data.path()));
    m_gateway->setBackend(makeBoardBackend);
    QVERIFY(m_gateway->start());
    const auto model = board();
    QTRY_COMPARE(model->count(), 1);
    QCOMPARE(text(*model, 0, BoardModel::TitleRole), u"milk"_s);
}

void TestBoardExample::pageAddsAndTakesBack()
{
    m_gateway.reset(); // the shell has its own
    Desktop::ShellConfig config;
    config.id = u"tst-board"_s;
    config.gateway = embeddedConfig(m_data.path());
    config.hasTray = false;
    Desktop::Shell shell(config);
    shell.gateway().setBackend(makeBoardBackend);
    QVERIFY(shell.start());
    BoardModel model(shell.gateway().connectInProcess("/optimistic/ws?role=leader&subprotocol=1.0.0"));
    Desktop::WindowOptions options;
    options.qml = QUrl::fromLocalFile(QStringLiteral(TIDEGATE_BOARD_QML));
    options.properties = {{u"model"_s, QVariant::fromValue<QObject *>(&model)}};
    const auto opened = shell.openWindow(options);
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().text));
    QQuickWindow *window = shell.window(u"main"_s)->window();
    QVERIFY(QTest::qWaitForWindowExposed(window));
    auto *page = window->property("frontend").value<QQuickItem *>();
    auto *field = page->findChild<QQuickItem *>(u"title"_s);
    auto *refusal = page->findChild<QQuickItem *>(u"refusal"_s);
    auto *list = page->findChild<QQuickItem *>(u"list"_s);
    QVERIFY(field && refusal && list);
    const auto type = [&](const char *title) {
        field->forceActiveFocus();
        for (const char *c = title; *c; ++c)
            QTest::keyClick(window, *c);
        QTest::keyClick(window, Qt::Key_Return);
    };
    type("milk");
    QTRY_COMPARE(list->property("count").toInt(), 1);
    QVERIFY(!refusal->isVisible());
    type("no!");
    QTRY_VERIFY(refusal->isVisible());
    QCOMPARE(list->property("count").toInt(), 1);
}

void TestBoardExample::programRuns()
{
    m_gateway.reset();
    QProcess program;
    program.setProcessChannelMode(QProcess::MergedChannels);
    program.start(QStringLiteral(TIDEGATE_BOARD), {m_data.path()});
    QVERIFY(program.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(
        QFile::exists(m_data.filePath(u"intents.sqlite"_s)) || program.state() == QProcess::NotRunning, 30'000);
    program.terminate();
    QVERIFY(program.waitForFinished(30'000));
    QCOMPARE(program.exitStatus(), QProcess::NormalExit);
    const QByteArray output = program.readAll();
    QCOMPARE(program.exitCode(), 0);
    QVERIFY2(!output.contains(".qml:"), output.constData());
}

TIDEGATE_WINDOW_TEST_MAIN(TestBoardExample)
#include "tst_boardexample.moc"
