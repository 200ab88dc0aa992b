// SPDX-License-Identifier: MIT
#include "qml/session/connector.h"
#include "support/scripted/scriptedadminport.h"

#include <QAbstractItemModelTester>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

namespace {

//! A keychain of our own: secret-tool's command line over files.
constexpr auto FakeTool = R"SH(#!/bin/sh
verb=$1
for last; do :; done
file="$KEYCHAIN/$(printf %s "$last" | tr -c 'a-z0-9' _)"
case $verb in
store) cat > "$file" ;;
lookup) cat "$file" ;;
clear) rm -f "$file" ;;
esac
)SH";

struct Desk
{
    explicit Desk(const QString &folder, const QString &tool = {})
        : settings(folder + u"/console.ini"_s, QSettings::IniFormat)
        , connector(session, settings, tool, [this](const QUrl &url, const QString &token) {
            opened.append({url.toString(), token});
            return std::make_unique<Admin::ScriptedAdminPort>();
        })
    {
    }

    QSettings settings;
    ConsoleSession session;
    QList<std::pair<QString, QString>> opened;
    Connector connector;
};

} // namespace

class TestConnector : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void addressesArePutRight_data();
    void addressesArePutRight();
    void wrongAddressesAreExplained_data();
    void wrongAddressesAreExplained();
    void serversAreRememberedWithTheirNameNewestFirst();
    void tokensNeverReachTheSettings();
    void withoutAKeychainATokenLivesAsLongAsTheConsole();
    void aKeychainKeepsTheToken();
    void forgettingTakesTheTokenToo();
    void theListOfServersIsBounded();
};

void TestConnector::addressesArePutRight_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("url");
    QTest::newRow("host and port") << u"quay:5050"_s << u"http://quay:5050"_s;
    QTest::newRow("with blanks") << u"  localhost:5050 "_s << u"http://localhost:5050"_s;
    QTest::newRow("whole") << u"https://tide.example/gw"_s << u"https://tide.example/gw"_s;
    QTest::newRow("IPv6") << u"[::1]:5050"_s << u"http://[::1]:5050"_s;
}

void TestConnector::addressesArePutRight()
{
    QFETCH(QString, typed);
    QFETCH(QString, url);
    QTemporaryDir folder;
    Desk desk(folder.path());
    desk.connector.open(typed, {}, false);
    QCOMPARE(desk.connector.url(), url);
    QCOMPARE(desk.connector.servers()->count(), 0);
    QVERIFY(desk.session.isOnline());
}

void TestConnector::wrongAddressesAreExplained_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("named");
    QTest::newRow("nothing") << QString() << u"Type the address"_s;
    QTest::newRow("no host") << u"http://"_s << u"no address"_s;
    QTest::newRow("another protocol") << u"ftp://quay"_s << u"ftp://"_s;
    QTest::newRow("a password in it") << u"http://me:secret@quay"_s << u"field for the token"_s;
}

void TestConnector::wrongAddressesAreExplained()
{
    QFETCH(QString, typed);
    QFETCH(QString, named);
    QVERIFY2(Connector::problemOf(typed).contains(named), qPrintable(Connector::problemOf(typed)));
    QTemporaryDir folder;
    Desk desk(folder.path());
    desk.connector.open(typed, {}, true);
    QVERIFY(desk.opened.isEmpty());
    QCOMPARE(desk.connector.servers()->count(), 0);
}

void TestConnector::serversAreRememberedWithTheirNameNewestFirst()
{
    QTemporaryDir folder;
    {
        Desk desk(folder.path());
        QAbstractItemModelTester tester(desk.connector.servers(),
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        desk.connector.open(u"one:1"_s, {}, true);
        desk.connector.open(u"two:2"_s, {}, true);
        desk.connector.reopen(u"http://one:1"_s);
        QCOMPARE(desk.connector.servers()->urlAt(0), u"http://one:1"_s);
    }
    Desk again(folder.path());
    QCOMPARE(again.connector.servers()->count(), 2);
    QCOMPARE(again.connector.servers()->index(0).data(ServerList::NameRole).toString(), u"scripted"_s);
}

void TestConnector::tokensNeverReachTheSettings()
{
    QTemporaryDir folder;
    Desk desk(folder.path());
    desk.connector.open(u"quay:5050"_s, u"tg_very_secret"_s, true);
    desk.settings.sync();
    QFile file(desk.settings.fileName());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains("secret"));
}

void TestConnector::withoutAKeychainATokenLivesAsLongAsTheConsole()
{
    QTemporaryDir folder;
    {
        Desk desk(folder.path());
        QVERIFY(!desk.connector.hasKeychain());
        desk.connector.open(u"quay:5050"_s, u"tg_1"_s, true);
        desk.connector.close();
        desk.connector.reopen(u"http://quay:5050"_s);
        QCOMPARE(desk.opened.last().second, u"tg_1"_s);
    }
    Desk again(folder.path());
    again.connector.reopen(u"http://quay:5050"_s);
    QCOMPARE(again.opened.last().second, QString());
}

void TestConnector::aKeychainKeepsTheToken()
{
    QTemporaryDir folder;
    qputenv("KEYCHAIN", folder.path().toUtf8());
    const QString tool = folder.filePath(u"secret-tool"_s);
    QFile script(tool);
    QVERIFY(script.open(QIODevice::WriteOnly));
    script.write(FakeTool);
    script.close();
    QVERIFY(script.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
    {
        Desk desk(folder.path(), tool);
        desk.connector.open(u"quay:5050"_s, u"tg_kept"_s, true);
        const QString kept = folder.filePath(u"http___quay_5050"_s);
        QTRY_VERIFY(QFileInfo(kept).size() > 0);
    }
    Desk again(folder.path(), tool);
    again.connector.reopen(u"http://quay:5050"_s);
    QTRY_COMPARE(again.opened.size(), 1);
    QCOMPARE(again.opened.last().second, u"tg_kept"_s);
}

void TestConnector::forgettingTakesTheTokenToo()
{
    QTemporaryDir folder;
    Desk desk(folder.path());
    desk.connector.open(u"quay:5050"_s, u"tg_1"_s, true);
    desk.connector.forget(u"http://quay:5050"_s);
    QCOMPARE(desk.connector.servers()->count(), 0);
    desk.connector.reopen(u"http://quay:5050"_s);
    QCOMPARE(desk.opened.last().second, QString());
}

void TestConnector::theListOfServersIsBounded()
{
    QTemporaryDir folder;
    Desk desk(folder.path());
    for (int i = 0; i < 30; ++i)
        desk.connector.open(u"quay%1:5050"_s.arg(i), {}, true);
    QCOMPARE(desk.connector.servers()->count(), int(ServerList::MaxServers));
    QCOMPARE(desk.connector.servers()->urlAt(0), u"http://quay29:5050"_s);
}

QTEST_GUILESS_MAIN(TestConnector)
#include "tst_connector.moc"
