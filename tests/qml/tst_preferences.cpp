// SPDX-License-Identifier: MIT
#include "qml/session/preferences.h"

#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate::Console;
using namespace Qt::StringLiterals;

namespace {
enum Mode { System, Dark, Light };
}

class TestPreferences : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void withoutAnythingTheSystemDecides();
    void whatWasChosenIsRemembered();
    void aChoiceForOneRunIsNotRemembered();
    void aSpoiltFileIsSurvived_data();
    void aSpoiltFileIsSurvived();
    void aChangeIsToldOnce();

private:
    QString path() { return m_folder.filePath(u"%1.ini"_s.arg(QLatin1StringView(QTest::currentTestFunction()))); }

    QTemporaryDir m_folder;
};

void TestPreferences::withoutAnythingTheSystemDecides()
{
    QSettings settings(path(), QSettings::IniFormat);
    QCOMPARE(Preferences(settings).themeMode(), System);
}

void TestPreferences::whatWasChosenIsRemembered()
{
    {
        QSettings settings(path(), QSettings::IniFormat);
        Preferences(settings).setThemeMode(Light);
    }
    QSettings settings(path(), QSettings::IniFormat);
    QCOMPARE(Preferences(settings).themeMode(), Light);
}

void TestPreferences::aChoiceForOneRunIsNotRemembered()
{
    QSettings settings(path(), QSettings::IniFormat);
    Preferences(settings).setThemeMode(Light);
    QCOMPARE(Preferences(settings, Dark).themeMode(), Dark);
    QCOMPARE(Preferences(settings).themeMode(), Light);
}

void TestPreferences::aSpoiltFileIsSurvived_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<int>("mode");
    QTest::newRow("too great") << QVariant(17) << int(Light);
    QTest::newRow("negative") << QVariant(-4) << int(System);
    QTest::newRow("no number") << QVariant(u"mauve"_s) << int(System);
}

void TestPreferences::aSpoiltFileIsSurvived()
{
    QFETCH(QVariant, value);
    QSettings settings(path(), QSettings::IniFormat);
    settings.setValue(u"look/theme"_s, value);
    QTEST(Preferences(settings).themeMode(), "mode");
}

void TestPreferences::aChangeIsToldOnce()
{
    QSettings settings(path(), QSettings::IniFormat);
    Preferences preferences(settings);
    QSignalSpy changes(&preferences, &Preferences::changed);
    preferences.setThemeMode(Dark);
    preferences.setThemeMode(Dark);
    QCOMPARE(changes.size(), 1);
}

QTEST_GUILESS_MAIN(TestPreferences)
#include "tst_preferences.moc"
