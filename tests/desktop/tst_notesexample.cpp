// SPDX-License-Identifier: MIT
// The web example: its page as a user meets it, and its program as a process.

#include "app/embedding.h"
#include "app/gateway.h"
#include "desktop/display.h"
#include "desktop/examples/notes/notebook.h"
#include "desktop/shell/shellwindow.h"

#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTemporaryDir>

using namespace Tidegate;
using namespace Qt::StringLiterals;

namespace {
constexpr int PageMs = 60'000;
}

class TestNotesExample : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pageWorks();
    void programRuns();

private:
    QTemporaryDir m_data;
};

void TestNotesExample::pageWorks()
{
    const QString folder = QStringLiteral(TIDEGATE_NOTES_FOLDER);
    Desktop::ShellConfig config;
    config.id = u"tst-notes"_s;
    config.gateway = embeddedConfig(m_data.filePath(u"page"_s));
    config.webFolder = folder + u"/web"_s;
    config.hasTray = false;
    const auto capabilities = Desktop::Capabilities::load(folder + u"/capabilities.json"_s);
    QVERIFY2(capabilities, capabilities ? "" : qPrintable(capabilities.error().text));
    config.capabilities = *capabilities;
    Desktop::Shell shell(config);
    Notebook notebook(m_data.filePath(u"notes.json"_s));
    notebook.addCommands(shell.commands());
    connect(&notebook, &Notebook::changed, &shell, [&] { shell.emitEvent(u"notes.changed"_s, notebook.count()); });
    QVERIFY(shell.start());
    Desktop::WindowOptions options;
    options.page = QUrl(u"tidegate://app/"_s);
    QVERIFY(shell.openWindow(options));
    auto *pane = shell.window(u"main"_s)->window()->property("frontend").value<QQuickItem *>();
    auto *view = pane->property("view").value<QQuickItem *>();
    QVERIFY(view);
    // What a script leaves in the page's title can be seen from here.
    const auto titleAfter = [&](const QString &script) {
        QMetaObject::invokeMethod(view, "runJavaScript", Q_ARG(QString, script));
        return view->property("title").toString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(titleAfter(u"document.title = /^[\\w-]{8,}$/.test(live.textContent) ? 'linked' : 'no'"_s),
                              u"linked"_s, PageMs);
    titleAfter(u"text.value = 'buy milk'; form.requestSubmit()"_s);
    QTRY_COMPARE_WITH_TIMEOUT(notebook.count(), 1, PageMs);
    QTRY_COMPARE(titleAfter(u"document.title = list.innerText.trim()"_s), u"buy milk"_s);
    titleAfter(u"wipe.click()"_s);
    QTRY_VERIFY(titleAfter(u"document.title = problem.textContent"_s)
                    .contains(u"rule \"command:notes.wipe\" in \"deny\" of capability \"notes\" forbids it"_s));
    QCOMPARE(notebook.count(), 1);
    QCOMPARE(Notebook(m_data.filePath(u"notes.json"_s)).count(), 1);
}

void TestNotesExample::programRuns()
{
    QProcess program;
    program.setProcessChannelMode(QProcess::MergedChannels);
    program.start(QStringLiteral(TIDEGATE_NOTES), {m_data.filePath(u"program"_s)});
    QVERIFY(program.waitForStarted());
    const auto isUp = [&] {
        return QFile::exists(m_data.filePath(u"program/intents.sqlite"_s)) || program.state() == QProcess::NotRunning;
    };
    QTRY_VERIFY_WITH_TIMEOUT(isUp(), PageMs);
    program.terminate();
    QVERIFY(program.waitForFinished(PageMs));
    const QByteArray output = program.readAll();
    QVERIFY2(program.exitStatus() == QProcess::NormalExit && program.exitCode() == 0, output.constData());
    QVERIFY2(!output.contains(".qml:"), output.constData());
}

TIDEGATE_WINDOW_TEST_MAIN(TestNotesExample)
#include "tst_notesexample.moc"
