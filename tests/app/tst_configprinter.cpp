// SPDX-License-Identifier: MIT
// What is printed of a configuration: it reads back the same, and shows no secret.

#include "app/configfixture.h"
#include "app/configprinter.h"

#include <QRegularExpression>

using namespace Tidegate;

class TestConfigPrinter : public QObject, private ConfigFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void printedConfigurationReadsBackTheSame();
    void secretsAreNeverPrinted();
    void exampleFileIsUpToDateAndValid();
};

void TestConfigPrinter::initTestCase()
{
    QVERIFY(isReady());
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
}

void TestConfigPrinter::printedConfigurationReadsBackTheSame()
{
    const Environment environment{{QStringLiteral("TIDEGATE_SSMA_CHANNELS"), QStringLiteral("a \"b\"=user:payload")},
                                  {QStringLiteral("TIDEGATE_LOG_FILE"), QStringLiteral("C:\\x\n")},
                                  {QStringLiteral("TIDEGATE_WS_PING_INTERVAL"), QStringLiteral("0")},
                                  {QStringLiteral("TIDEGATE_SERVER_LISTEN"), QStringLiteral("*:1,[::1]:2")}};
    const GatewayConfig config = mustLoad(sourcesOf({}, environment));
    for (const OriginColumn column : {OriginColumn::Hidden, OriginColumn::Shown}) {
        const GatewayConfig again = mustLoad(sourcesOf(configAsToml(config, column)));
        const ConfigDifference difference = differences(config, again);
        QCOMPARE(difference.needRestart + difference.reloadable, QByteArrayList());
    }
}

void TestConfigPrinter::secretsAreNeverPrinted()
{
    Environment environment;
    const QString secret = QStringLiteral("very-secret-value-of-more-than-32-bytes");
    int secrets = 0;
    for (const Setting &s : settings()) {
        if (!s.isSecret)
            continue;
        ++secrets;
        const bool isPair = s.key == "mesh.keys" || s.key == "sharedata.tokens";
        environment.insert(s.environmentName(), isPair ? secret + u'=' + secret : secret);
        QVERIFY(s.flag().isEmpty());
    }
    QCOMPARE(secrets, 9);
    const GatewayConfig config = mustLoad(sourcesOf({}, environment));
    QCOMPARE(config.auth.secret, secret.toUtf8());
    for (const QByteArray &printed :
         {configAsToml(config, OriginColumn::Shown), configAsJson(config, OriginColumn::Shown)}) {
        QVERIFY(!printed.contains(secret.toUtf8()));
        QCOMPARE(printed.count("\"***\""), secrets);
    }
    const GatewayConfig again = mustLoad(sourcesOf(configAsToml(config, OriginColumn::Hidden)));
    QVERIFY(again.backend.internalToken.isEmpty());
}

void TestConfigPrinter::exampleFileIsUpToDateAndValid()
{
    QFile file(QStringLiteral(TIDEGATE_EXAMPLE_TOML));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY2(file.readAll() == exampleToml(), "run: tidegate config example > packaging/tidegate.example.toml");
    const GatewayConfig asGiven = mustLoad(sourcesOf(exampleToml()));
    QVERIFY(asGiven.setBy.isEmpty());
    static const QRegularExpression SettingLine(QStringLiteral("^#(?! )"), QRegularExpression::MultilineOption);
    const QByteArray active = QString::fromUtf8(exampleToml()).remove(SettingLine).toUtf8();
    const GatewayConfig config = mustLoad(sourcesOf(active));
    QCOMPARE(config.setBy.size(), qsizetype(settings().size()));
    const ConfigDifference difference = differences(config, mustLoad(sourcesOf({})));
    QCOMPARE(difference.needRestart + difference.reloadable, QByteArrayList());
}

QTEST_GUILESS_MAIN(TestConfigPrinter)
#include "tst_configprinter.moc"
