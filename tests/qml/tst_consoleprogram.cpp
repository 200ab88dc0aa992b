// SPDX-License-Identifier: MIT
// The program itself, where there is no display: help, and what is wrong with a command line.

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

struct Finished
{
    int exitCode = -1;
    QByteArray output;
    QByteArray error;
};

Finished run(const QStringList &arguments)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : {u"DISPLAY"_s, u"WAYLAND_DISPLAY"_s, u"QT_QPA_PLATFORM"_s})
        environment.remove(name);
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(TIDEGATE_CONSOLE_PROGRAM), arguments);
    if (!process.waitForFinished() || process.exitStatus() != QProcess::NormalExit)
        return {-1, process.readAllStandardOutput(), process.readAllStandardError()};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace

class TestConsoleProgram : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void helpAndVersionNeedNoDisplay_data();
    void helpAndVersionNeedNoDisplay();
    void mistakesAreNamed_data();
    void mistakesAreNamed();

private:
    QTemporaryDir m_folder;
};

void TestConsoleProgram::helpAndVersionNeedNoDisplay_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("--help") << QStringList{u"--help"_s} << QByteArray("--token-file <FILE>");
    QTest::newRow("-h") << QStringList{u"-h"_s} << QByteArray("[URL]");
    QTest::newRow("--version") << QStringList{u"--version"_s} << QByteArray("tidegate-console ");
    QTest::newRow("beside a flag of Qt's")
        << QStringList{u"-platform"_s, u"offscreen"_s, u"--help"_s} << QByteArray("--theme <NAME>");
}

void TestConsoleProgram::helpAndVersionNeedNoDisplay()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const Finished finished = run(arguments);
    QCOMPARE(finished.exitCode, 0);
    QVERIFY2(finished.output.contains(says), finished.output.constData());
    QCOMPARE(finished.error, QByteArray());
}

void TestConsoleProgram::mistakesAreNamed_data()
{
    QFile(m_folder.filePath(u"empty"_s)).open(QIODevice::WriteOnly);
    QFile big(m_folder.filePath(u"big"_s));
    QVERIFY(big.open(QIODevice::WriteOnly));
    big.write(QByteArray(20'000, 'x'));
    big.close();
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    const auto tokenFile = [this](const QString &name) {
        return QStringList{u"--token-file"_s, m_folder.filePath(name)};
    };
    QTest::newRow("a flag nobody knows") << QStringList{u"--colour"_s} << QByteArray("'colour'");
    QTest::newRow("a flag without its value") << QStringList{u"--theme"_s} << QByteArray("--theme");
    QTest::newRow("a theme there is not") << QStringList{u"--theme"_s, u"mauve"_s} << QByteArray("system, dark, light");
    QTest::newRow("two addresses") << QStringList{u"http://a"_s, u"http://b"_s} << QByteArray("one URL at most");
    QTest::newRow("no address") << QStringList{u"ftp://a"_s} << QByteArray("ftp://a: ");
    QTest::newRow("no token file") << tokenFile(u"nothing"_s) << QByteArray("--token-file");
    QTest::newRow("an empty token file") << tokenFile(u"empty"_s) << QByteArray("is empty");
    QTest::newRow("a file that is no token") << tokenFile(u"big"_s) << QByteArray("too big for a token");
}

void TestConsoleProgram::mistakesAreNamed()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const Finished finished = run(arguments);
    QCOMPARE(finished.exitCode, 2);
    QVERIFY2(finished.error.startsWith("tidegate-console: "), finished.error.constData());
    QVERIFY2(finished.error.contains(says), finished.error.constData());
    QCOMPARE(finished.output, QByteArray());
}

QTEST_GUILESS_MAIN(TestConsoleProgram)
#include "tst_consoleprogram.moc"
