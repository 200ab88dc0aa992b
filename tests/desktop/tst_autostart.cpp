// SPDX-License-Identifier: MIT
#include "desktop/shell/autostart.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate::Desktop;
using namespace Qt::StringLiterals;

class TestAutostart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void switchesOnAndOff();
    void commandIsWrittenSoThatTheDesktopReadsTheSame();
    void entryThatTheDesktopSwitchedOffIsOff();
    void folderThatCannotBeWrittenIsAClearError();

private:
    static QByteArray content(const Autostart &autostart)
    {
        QFile file(autostart.path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QTemporaryDir m_folder;
};

void TestAutostart::switchesOnAndOff()
{
    Autostart autostart(u"app"_s, u"My App"_s, {u"/opt/app"_s}, m_folder.filePath(u"not/there/yet"_s));
    QVERIFY(!autostart.isEnabled());
    QVERIFY(autostart.setEnabled(true));
    QVERIFY(autostart.isEnabled());
    QCOMPARE(
        content(autostart),
        QByteArray(
            "[Desktop Entry]\nType=Application\nName=My App\nExec=\"/opt/app\"\nX-GNOME-Autostart-enabled=true\n"));
    QVERIFY(autostart.setEnabled(false));
    QVERIFY(!autostart.isEnabled());
    QVERIFY(autostart.setEnabled(false));
}

void TestAutostart::commandIsWrittenSoThatTheDesktopReadsTheSame()
{
    Autostart autostart(u"app"_s, u"Two\nlines"_s, {u"/opt/a b"_s, uR"(q"b\d$e`f%g)"_s}, m_folder.path());
    QVERIFY(autostart.setEnabled(true));
    const QByteArray text = content(autostart);
    QVERIFY2(text.contains("\nName=Two lines\n"), text.constData());
    QVERIFY2(text.contains(R"(
Exec="/opt/a b" "q\\"b\\\\d\\$e\\`f%%g"
)"),
             text.constData());
}

void TestAutostart::entryThatTheDesktopSwitchedOffIsOff()
{
    Autostart autostart(u"app"_s, u"App"_s, {u"/opt/app"_s}, m_folder.path());
    QVERIFY(autostart.setEnabled(true));
    QFile file(autostart.path());
    QVERIFY(file.open(QIODevice::Append));
    file.write("Hidden=true\n");
    file.close();
    QVERIFY(!autostart.isEnabled());
}

void TestAutostart::folderThatCannotBeWrittenIsAClearError()
{
    QFile inTheWay(m_folder.filePath(u"file"_s));
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    Autostart autostart(u"app"_s, u"App"_s, {u"/opt/app"_s}, inTheWay.fileName());
    const auto changed = autostart.setEnabled(true);
    QVERIFY(!changed);
    QVERIFY(changed.error().text.startsWith(autostart.path()));
}

QTEST_GUILESS_MAIN(TestAutostart)
#include "tst_autostart.moc"
