// SPDX-License-Identifier: MIT
#include "auth/jwt.h"
#include "base/clock.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate;

namespace {

struct Outcome
{
    int exitCode = -1;
    QString out;
    QString err;
};

} // namespace

//! Runs the real program in an empty folder with a nearly empty environment.
class TestCli : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void helpNamesTheCommandsAndExamples();
    void serveHelpExplainsEveryFlag();
    void versionIsPrinted();
    void wrongArgumentsAreExplained_data();
    void wrongArgumentsAreExplained();
    void checkListsAllProblems();
    void checkAcceptsAGoodFile();
    void aFileThatIsNotThereIsAProblem();
    void printShowsOrigins();
    void printTakesFlags();
    void printAsJsonCanBeParsed();
    void theFileIsFoundInTheUsualPlaces();
    void tokenIsSignedWithTheGeneratedKey();
    void badTokenOrdersAreRefused_data();
    void badTokenOrdersAreRefused();
    void accountsOfSsmaCanBeListedAndChanged();
    void changesOfUnknownAccountsFail();

private:
    Outcome run(const QStringList &arguments, const QStringList &environment = {});
    void write(const QString &name, const QByteArray &content);

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestCli::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

Outcome TestCli::run(const QStringList &arguments, const QStringList &environment)
{
    QProcess process;
    process.setWorkingDirectory(m_folder->path());
    process.setEnvironment(QStringList{QStringLiteral("HOME=") + m_folder->path()} + environment);
    process.start(QStringLiteral(TIDEGATE_PROGRAM), arguments);
    if (!process.waitForFinished() || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

void TestCli::write(const QString &name, const QByteArray &content)
{
    QFile file(m_folder->filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

void TestCli::helpNamesTheCommandsAndExamples()
{
    const Outcome help = run({QStringLiteral("--help")});
    QCOMPARE(help.exitCode, 0);
    for (const char *word : {"serve", "config", "token", "user", "Examples:", "tidegate serve --dev"})
        QVERIFY2(help.out.contains(QLatin1StringView(word)), word);
    QVERIFY(help.err.isEmpty());
    QCOMPARE(run({}).exitCode, 2);
    QVERIFY(run({}).out.contains(QStringLiteral("Examples:")));
}

void TestCli::serveHelpExplainsEveryFlag()
{
    const Outcome help = run({QStringLiteral("serve"), QStringLiteral("--help")});
    QCOMPARE(help.exitCode, 0);
    for (const char *word : {"Section server:", "--listen", "--dev", "--ws-max-message", "TIDEGATE_STORE_KIND"})
        QVERIFY2(help.out.contains(QLatin1StringView(word)), word);
    QVERIFY(!help.out.contains(QStringLiteral("--auth-secret ")));
}

void TestCli::versionIsPrinted()
{
    QCOMPARE(run({QStringLiteral("--version")}).out,
             QStringLiteral("tidegate %1\n").arg(QStringLiteral(TIDEGATE_VERSION)));
}

void TestCli::wrongArgumentsAreExplained_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const char *arguments, const char *message) {
        QTest::newRow(name) << QString::fromLatin1(arguments).split(u' ') << QString::fromLatin1(message);
    };
    row("a misspelt command", "serv", "unknown command serv; did you mean \"serve\"?");
    row("a misspelt command below config", "config pint", "unknown command pint; did you mean \"print\"?");
    row("a misspelt flag", "serve --io-thread=3", "unknown flag --io-thread; did you mean \"--io-threads\"?");
    row("a misspelt flag of the program", "--versoin", "unknown flag --versoin; did you mean \"--version\"?");
    row("a word too many", "config example now", "unknown argument now");
    row("a flag without its value", "serve --listen", "--listen: ");
    row("a bad value", "serve --listen nowhere", "flag --listen: server.listen: expected host:port");
    row("an unknown format", "config print --format xml", "--format: ");
    row("a missing role", "token", "--role is required");
}

void TestCli::wrongArgumentsAreExplained()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, message);
    const Outcome outcome = run(arguments);
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(outcome.err.contains(message), qPrintable(outcome.err));
}

void TestCli::checkListsAllProblems()
{
    write(QStringLiteral("bad.toml"), "[server]\nio_thread = 2\nlisten = ['x']\n");
    const Outcome check = run({QStringLiteral("config"), QStringLiteral("check"), QStringLiteral("bad.toml")});
    QCOMPARE(check.exitCode, 2);
    QVERIFY(check.out.isEmpty());
    const QStringList lines = check.err.trimmed().split(u'\n');
    QCOMPARE(lines.size(), 3);
    QCOMPARE(lines.at(0), QStringLiteral("tidegate: the configuration has 2 problems"));
    QCOMPARE(lines.at(1), QStringLiteral("tidegate: bad.toml:2: server.io_thread: unknown setting; did you mean "
                                         "\"server.io_threads\"?"));
    QVERIFY(lines.at(2).startsWith(QStringLiteral("tidegate: bad.toml:3: server.listen: expected host:port")));
}

void TestCli::checkAcceptsAGoodFile()
{
    write(QStringLiteral("good.toml"), "[server]\nio_threads = 2\n");
    const Outcome check = run({QStringLiteral("config"), QStringLiteral("check"), QStringLiteral("good.toml")},
                              {QStringLiteral("SSMA_RATE_MAX=lots")});
    QCOMPARE(check.exitCode, 0);
    QCOMPARE(check.out, QStringLiteral("ok: good.toml; 1 settings set, 1 warnings\n"));
    QVERIFY(check.err.startsWith(QStringLiteral("tidegate: warning: environment SSMA_RATE_MAX: ")));
}

void TestCli::aFileThatIsNotThereIsAProblem()
{
    const Outcome check = run({QStringLiteral("config"), QStringLiteral("check"), QStringLiteral("none.toml")});
    QCOMPARE(check.exitCode, 2);
    QVERIFY(check.err.contains(QStringLiteral("none.toml: cannot be read: ")));
}

void TestCli::printShowsOrigins()
{
    write(QStringLiteral("tidegate.toml"), "[http]\nrate_max = 7\n");
    write(QStringLiteral(".env"), "SSMA_SSE_RETRY_MS=1000\n");
    const Outcome print = run({QStringLiteral("config"), QStringLiteral("print"), QStringLiteral("--origin")},
                              {QStringLiteral("TIDEGATE_STORE_KIND=memory")});
    QCOMPARE(print.exitCode, 0);
    for (const char *line : {"rate_max = 7  # tidegate.toml:2", "retry = \"1s\"  # .env:1",
                             "kind = \"memory\"  # environment TIDEGATE_STORE_KIND", "io_threads = 0  # default"})
        QVERIFY2(print.out.contains(QLatin1StringView(line)), line);
}

void TestCli::printTakesFlags()
{
    const Outcome print = run({QStringLiteral("config"), QStringLiteral("print"), QStringLiteral("--dev"),
                               QStringLiteral("--listen"), QStringLiteral("*:1"), QStringLiteral("--listen"),
                               QStringLiteral("*:2"), QStringLiteral("--ssma-islands-enabled=false")});
    QCOMPARE(print.exitCode, 0);
    for (const char *line : {"dev = true\n", "listen = [\"*:1\", \"*:2\"]\n", "islands_enabled = false\n"})
        QVERIFY2(print.out.contains(QLatin1StringView(line)), line);
}

void TestCli::printAsJsonCanBeParsed()
{
    const Outcome print = run({QStringLiteral("config"), QStringLiteral("print"), QStringLiteral("--format"),
                               QStringLiteral("json"), QStringLiteral("--origin")});
    const QJsonObject root = QJsonDocument::fromJson(print.out.toUtf8()).object();
    const QJsonObject rateMax =
        root.value(QStringLiteral("http")).toObject().value(QStringLiteral("rate_max")).toObject();
    QCOMPARE(rateMax.value(QStringLiteral("value")).toInt(), 120);
    QCOMPARE(rateMax.value(QStringLiteral("origin")).toString(), QStringLiteral("default"));
}

void TestCli::theFileIsFoundInTheUsualPlaces()
{
    const QStringList print{QStringLiteral("config"), QStringLiteral("print")};
    write(QStringLiteral("other.toml"), "[http]\nrate_max = 1\n");
    QVERIFY(run(print, {QStringLiteral("TIDEGATE_CONFIG=other.toml")}).out.contains(QStringLiteral("rate_max = 1\n")));
    QVERIFY(run(print + QStringList{QStringLiteral("-c"), QStringLiteral("other.toml")})
                .out.contains(QStringLiteral("rate_max = 1\n")));
    QVERIFY(QDir(m_folder->path()).mkpath(QStringLiteral(".config/tidegate")));
    write(QStringLiteral(".config/tidegate/tidegate.toml"), "[http]\nrate_max = 2\n");
    QVERIFY(run(print).out.contains(QStringLiteral("rate_max = 2\n")));
}

void TestCli::tokenIsSignedWithTheGeneratedKey()
{
    const Outcome token = run({QStringLiteral("token"), QStringLiteral("--role"), QStringLiteral("staff"),
                               QStringLiteral("--sub"), QStringLiteral("robot"), QStringLiteral("--site"),
                               QStringLiteral("north"), QStringLiteral("--data-dir"), QStringLiteral("data")});
    QCOMPARE(token.exitCode, 0);
    QVERIFY(token.err.isEmpty());
    QFile file(m_folder->filePath(QStringLiteral("data/secret")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const TokenSigner signer(file.readAll().trimmed());
    const Principal principal = signer.verify(token.out.trimmed().toUtf8(), SystemClock().nowMs());
    QCOMPARE(principal.role, Role::Staff);
    QCOMPARE(principal.subjectId, QByteArray("robot"));
    QCOMPARE(principal.site, QByteArray("north"));
    QVERIFY(principal.expiresAtMs > 0);
}

void TestCli::badTokenOrdersAreRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("message");
    QTest::newRow("an unknown role") << QStringList{QStringLiteral("--role"), QStringLiteral("boss")}
                                     << QStringLiteral("\"boss\" is no role");
    QTest::newRow("a life that is no duration") << QStringList{QStringLiteral("--role"), QStringLiteral("user"),
                                                               QStringLiteral("--ttl"), QStringLiteral("long")}
                                                << QStringLiteral("--ttl: expected a duration");
}

void TestCli::badTokenOrdersAreRefused()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, message);
    const Outcome outcome = run(QStringList{QStringLiteral("token")} + arguments);
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(outcome.err.contains(message), qPrintable(outcome.err));
    QVERIFY(outcome.out.isEmpty());
}

void TestCli::accountsOfSsmaCanBeListedAndChanged()
{
    write(
        QStringLiteral("users.json"),
        R"({"users":[{"id":"0b1c2d3e-0000-4000-8000-000000000001","email":"ada@example.org","name":"Ada","role":"user",
              "status":"active","createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z",
              "lastLoginAt":null,
              "passwordHash":"$argon2id$v=19$m=49152,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$dGhpc2lzYWhhc2h0aGlzaXNhaGFzaDEyMzQ1Njc"}]})");
    const QStringList environment{QStringLiteral("SSMA_USER_STORE=users.json")};
    const Outcome list = run({QStringLiteral("user"), QStringLiteral("list")}, environment);
    QVERIFY2(list.out.startsWith(QStringLiteral("ada@example.org\tuser\tactive\t")), qPrintable(list.err));

    const Outcome raised = run({QStringLiteral("user"), QStringLiteral("set-role"), QStringLiteral("Ada@Example.org"),
                                QStringLiteral("staff")});
    QVERIFY2(raised.out.startsWith(QStringLiteral("ada@example.org\tstaff\tactive\t")), qPrintable(raised.err));
    QCOMPARE(run({QStringLiteral("user"), QStringLiteral("disable"), QStringLiteral("ada@example.org")}).exitCode, 0);
    QVERIFY(run({QStringLiteral("user"), QStringLiteral("list")})
                .out.startsWith(QStringLiteral("ada@example.org\tstaff\tdisabled\t")));
}

void TestCli::changesOfUnknownAccountsFail()
{
    const Outcome unknown = run({QStringLiteral("user"), QStringLiteral("disable"), QStringLiteral("a@example.org")});
    QCOMPARE(unknown.exitCode, 1);
    QVERIFY(!unknown.err.isEmpty());
    const Outcome badRole = run(
        {QStringLiteral("user"), QStringLiteral("set-role"), QStringLiteral("a@example.org"), QStringLiteral("boss")});
    QCOMPARE(badRole.exitCode, 2);
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
