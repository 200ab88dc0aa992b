// SPDX-License-Identifier: MIT
#include "layers/sourcerules.h"

#include <QDir>
#include <QDirIterator>
#include <QTest>

#include <functional>

using namespace Tidegate;

namespace {

using Check = std::function<QStringList(const QString &, const QByteArray &)>;

//! Fewer than this means that the wrong folder was searched, and the checks would pass on nothing.
constexpr int LeastFiles = 100;

bool hasLicenceLine(const QString &name)
{
    static const QStringList Suffixes{
        QStringLiteral(".h"),   QStringLiteral(".cpp"),          QStringLiteral(".cmake"), QStringLiteral(".qml"),
        QStringLiteral(".js"),  QStringLiteral(".mjs"),          QStringLiteral(".ts"),    QStringLiteral(".sh"),
        QStringLiteral(".sql"), QStringLiteral("CMakeLists.txt")};
    for (const QString &suffix : Suffixes) {
        if (name.endsWith(suffix))
            return true;
    }
    return name == QLatin1StringView("packaging/dev") || name == QLatin1StringView(".ci/run");
}

bool isCode(const QString &name)
{
    return name.endsWith(QLatin1StringView(".h")) || name.endsWith(QLatin1StringView(".cpp"));
}

} // namespace

class TestLayers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyFolderIsInTheTable();
    void includesFollowTheTable();
    void everySourceNamesItsLicence();
    void onlyTheCommandLineWritesToTheTerminal();
    void badIncludesAreFound_data();
    void badIncludesAreFound();
    void goodIncludesPass_data();
    void goodIncludesPass();
    void aMissingLicenceLineIsFound();
    void terminalOutputIsFound_data();
    void terminalOutputIsFound();

private:
    void checkFiles(const Check &check, bool (*isMeant)(const QString &));

    QStringList m_files;
};

void TestLayers::initTestCase()
{
    const QDir root(QStringLiteral(TIDEGATE_SOURCE_DIR));
    const QStringList folders{QStringLiteral("protocol"), QStringLiteral("gateway"), QStringLiteral("desktop"),
                              QStringLiteral("qml"),      QStringLiteral("tests"),   QStringLiteral("packaging"),
                              QStringLiteral(".ci")};
    for (const QString &folder : folders) {
        QDirIterator files(root.filePath(folder), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = root.relativeFilePath(files.next());
            if (!path.contains(QLatin1StringView("node_modules/")))
                m_files.append(path);
        }
    }
    m_files.append(QStringLiteral("CMakeLists.txt"));
    QVERIFY(m_files.size() > LeastFiles);
}

void TestLayers::checkFiles(const Check &check, bool (*isMeant)(const QString &))
{
    QStringList violations;
    for (const QString &path : std::as_const(m_files)) {
        if (!isMeant(path))
            continue;
        QFile file(QStringLiteral(TIDEGATE_SOURCE_DIR "/") + path);
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(path));
        violations += check(path, file.readAll());
    }
    QVERIFY2(violations.isEmpty(), qPrintable(u'\n' + violations.join(u'\n')));
}

void TestLayers::everyFolderIsInTheTable()
{
    for (const QString &path : std::as_const(m_files)) {
        const QString folder = SourceRules::folderOf(path);
        if (isCode(path) && !folder.isEmpty())
            QVERIFY2(SourceRules::isKnownFolder(folder), qPrintable(path));
    }
}

void TestLayers::includesFollowTheTable()
{
    checkFiles(SourceRules::layerViolations, isCode);
}

void TestLayers::everySourceNamesItsLicence()
{
    checkFiles(SourceRules::licenceViolations, hasLicenceLine);
}

void TestLayers::onlyTheCommandLineWritesToTheTerminal()
{
    checkFiles(SourceRules::outputViolations, isCode);
}

void TestLayers::badIncludesAreFound_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("include");
    QTest::addColumn<QString>("rule");
    const auto row = [](const char *name, const char *path, const char *include, const char *rule) {
        QTest::newRow(name) << QString::fromLatin1(path) << QByteArray(include) << QString::fromLatin1(rule);
    };
    row("wire uses base", "protocol/wire/a.h", "base/clock.h", "wire may not use base");
    row("a dialect uses base", "protocol/ssma/a.h", "base/clock.h", "ssma may not use base");
    row("base uses auth", "gateway/base/a.h", "auth/jwt.h", "base may not use auth");
    row("transport uses a session", "gateway/transport/websocket/a.cpp", "session/ssma/linksession.h",
        "transport may not use session");
    row("channel uses intent", "gateway/channel/a.h", "intent/intent.h", "channel may not use intent");
    row("intent uses a dialect", "gateway/intent/a.h", "ssma/row.h", "intent may not use ssma");
    row("http uses app", "gateway/http/a.h", "app/gatewayconfig.h", "http may not use app");
    row("admin uses http", "gateway/admin/a.h", "http/httpapi.h", "admin may not use http");
    row("the console uses the hub", "qml/a.cpp", "channel/hub.h", "qml may not use channel");
    row("a session knows the store", "gateway/session/ssma/a.cpp", "intent/sqlite/sqliteintentstore.h",
        "only app may include the implementation header \"intent/sqlite/sqliteintentstore.h\"");
    QTest::newRow("the GPL module outside http")
        << QStringLiteral("gateway/session/a.cpp") << QByteArray("<QHttpServer>")
        << QStringLiteral("only http may use QtHttpServer, so that it can be left out");
    row("an include without its folder", "gateway/auth/a.cpp", "jwt.h",
        "\"jwt.h\" is not written from the include root");
}

void TestLayers::badIncludesAreFound()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, include);
    QFETCH(QString, rule);
    const bool isSystemHeader = include.startsWith('<');
    const QByteArray content = "// SPDX\n#include " + (isSystemHeader ? include : '"' + include + '"') + '\n';
    QCOMPARE(SourceRules::layerViolations(path, content), QStringList{path + QStringLiteral(":2: ") + rule});
}

void TestLayers::goodIncludesPass_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("content");
    const auto row = [](const char *name, const char *path, const char *content) {
        QTest::newRow(name) << QString::fromLatin1(path) << QByteArray(content);
    };
    row("its own folder", "gateway/auth/a.cpp", "#include \"auth/jwt.h\"");
    row("what its neighbour uses", "gateway/intent/a.h", "#include \"wire/result.h\"");
    row("app knows implementations", "gateway/app/gateway.cpp", "#include \"intent/sqlite/sqliteintentstore.h\"");
    row("a port's own implementation", "gateway/backend/http/a.cpp", "#include \"backend/http/b.h\"");
    row("libraries", "gateway/auth/a.cpp", "#include <sodium.h>\n#include <QString>");
    row("tests may do anything", "tests/auth/tst_a.cpp", "#include \"app/cli.h\"");
}

void TestLayers::goodIncludesPass()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, content);
    QCOMPARE(SourceRules::layerViolations(path, content), QStringList());
}

void TestLayers::aMissingLicenceLineIsFound()
{
    const QString path = QStringLiteral("gateway/auth/a.h");
    QCOMPARE(SourceRules::licenceViolations(path, "#pragma once\n").size(), 1);
    QCOMPARE(SourceRules::licenceViolations(path, "\n\n\n// SPDX-License-Identifier: MIT\n").size(), 1);
    QCOMPARE(SourceRules::licenceViolations(path, "#!/bin/sh\n# SPDX-License-Identifier: MIT\n").size(), 0);
}

void TestLayers::terminalOutputIsFound_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("found");
    const QString code = QStringLiteral("gateway/auth/a.cpp");
    QTest::newRow("qDebug") << code << QByteArray("    qDebug() << 1;") << 1;
    QTest::newRow("printf") << code << QByteArray("    std::printf(\"x\");") << 1;
    QTest::newRow("cout") << code << QByteArray("    std::cout << 1;") << 1;
    QTest::newRow("a logging category") << code << QByteArray("    qCDebug(lcAuth) << 1;") << 0;
    QTest::newRow("formatting into memory") << code << QByteArray("    snprintf(text, 3, \"x\");") << 0;
    QTest::newRow("a comment") << code << QByteArray("// printf() is not for us") << 0;
    QTest::newRow("the command line") << QStringLiteral("gateway/app/clioutput.cpp") << QByteArray("std::cout << 1;")
                                      << 0;
    QTest::newRow("a test") << QStringLiteral("tests/auth/tst_a.cpp") << QByteArray("qDebug() << 1;") << 0;
}

void TestLayers::terminalOutputIsFound()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, line);
    QFETCH(int, found);
    QCOMPARE(SourceRules::outputViolations(path, line).size(), found);
}

QTEST_GUILESS_MAIN(TestLayers)
#include "tst_layers.moc"
