// SPDX-License-Identifier: MIT
#include "ssma/contractvalidator.h"

#include "contracts/contracts.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <algorithm>

using namespace Tidegate;
using Ssma::ContractValidator;

class TestContractValidator : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyContractOfEveryFileIsKnown();
    void violationsAreWordedAsTheClientsKnowThem_data();
    void violationsAreWordedAsTheClientsKnowThem();
    void acceptsWhatTheContractAllows_data();
    void acceptsWhatTheContractAllows();
    void textThatIsNoJsonIsOneSyntaxViolation_data();
    void textThatIsNoJsonIsOneSyntaxViolation();
    void unknownContractIsRefused();
    void everyViolationOfAFrameIsReported();
    void detailsOfAHostileFrameAreBounded();
    void detailsAreAJsonArray();
};

void TestContractValidator::everyContractOfEveryFileIsKnown()
{
    const std::vector<QByteArrayView> groups = contractGroups();
    QCOMPARE_EQ(groups.size(), size_t(5));
    int contracts = 0;
    for (const QByteArrayView group : groups) {
        const QJsonObject file = QJsonDocument::fromJson(contractGroup(group).toByteArray()).object();
        for (const QString &name : file.keys()) {
            QVERIFY2(ContractValidator::builtIn().knows(group, name.toUtf8()), qPrintable(name));
            ++contracts;
        }
    }
    QCOMPARE_EQ(contracts, 16);
    QVERIFY(contractGroup("nonsense").isEmpty());
}

void TestContractValidator::violationsAreWordedAsTheClientsKnowThem_data()
{
    QTest::addColumn<QByteArray>("contract");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("violation");

    const auto row = [](const char *name, const char *contract, const char *text, const char *violation) {
        QTest::newRow(name) << QByteArray(contract) << QByteArray(text) << QByteArray(violation);
    };
    row("required field missing", "channels.CHANNEL_SUBSCRIBE", R"({"type":"channel.subscribe"})",
        R"({"instancePath":"","schemaPath":"#/required","keyword":"required",
            "params":{"missingProperty":"channel"},"message":"must have required property 'channel'"})");
    row("field nobody knows", "optimistic.PING", R"({"type":"ping","it's":1})",
        R"({"instancePath":"","schemaPath":"#/additionalProperties","keyword":"additionalProperties",
            "params":{"additionalProperty":"it's"},"message":"must NOT have additional properties"})");
    row("wrong type of a field", "channels.CHANNEL_SUBSCRIBE", R"({"type":"channel.subscribe","channel":7})",
        R"({"instancePath":"/channel","schemaPath":"#/properties/channel/type","keyword":"type",
            "params":{"type":"string"},"message":"must be string"})");
    row("several types allowed", "channels.CHANNEL_SUBSCRIBE",
        R"({"type":"channel.subscribe","channel":"c","filter":1})",
        R"({"instancePath":"/filter","schemaPath":"#/properties/filter/type","keyword":"type",
            "params":{"type":["object","null"]},"message":"must be object,null"})");
    row("constant differs", "optimistic.PING", R"({"type":"pong"})",
        R"({"instancePath":"/type","schemaPath":"#/properties/type/const","keyword":"const",
            "params":{"allowedValue":"ping"},"message":"must be equal to constant"})");
    row("string too short", "channels.CHANNEL_SUBSCRIBE", R"({"type":"channel.subscribe","channel":""})",
        R"({"instancePath":"/channel","schemaPath":"#/properties/channel/minLength","keyword":"minLength",
            "params":{"limit":1},"message":"must NOT have fewer than 1 characters"})");
    row("number too small", "channels.CHANNEL_RESYNC", R"({"type":"channel.resync","channel":"c","cursor":-1})",
        R"({"instancePath":"/cursor","schemaPath":"#/properties/cursor/minimum","keyword":"minimum",
            "params":{"comparison":">=","limit":0},"message":"must be >= 0"})");
    row("number too big", "channels.CHANNEL_RESYNC", R"({"type":"channel.resync","channel":"c","limit":1e400})",
        R"({"instancePath":"/limit","schemaPath":"#/properties/limit/maximum","keyword":"maximum",
            "params":{"comparison":"<=","limit":1000},"message":"must be <= 1000"})");
    row("array too short", "optimistic.INTENT_BATCH", R"({"type":"intent.batch","intents":[]})",
        R"({"instancePath":"/intents","schemaPath":"#/properties/intents/minItems","keyword":"minItems",
            "params":{"limit":1},"message":"must NOT have fewer than 1 items"})");
    row("inside a referenced schema", "optimistic.INTENT_BATCH",
        R"({"type":"intent.batch","intents":[{"id":"short","intent":"A","payload":1,"meta":{"clock":1}}]})",
        R"({"instancePath":"/intents/0/id","schemaPath":"#/$defs/intentEntry/properties/id/minLength",
            "keyword":"minLength","params":{"limit":8},"message":"must NOT have fewer than 8 characters"})");
    row("choice not offered", "logs.INTENT_LOG_BATCH",
        R"({"batchId":"0123456789","entries":[{"event":"e","level":"loud","timestamp":1}]})",
        R"({"instancePath":"/entries/0/level","schemaPath":"#/$defs/logEntry/properties/level/enum","keyword":"enum",
            "params":{"allowedValues":["debug","info","warn","error"]},
            "message":"must be equal to one of the allowed values"})");
    row("root of another type", "logs.INTENT_LOG_BATCH", "[]",
        R"({"instancePath":"","schemaPath":"#/type","keyword":"type",
            "params":{"type":"object"},"message":"must be object"})");
}

void TestContractValidator::violationsAreWordedAsTheClientsKnowThem()
{
    QFETCH(QByteArray, contract);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, violation);

    const QByteArrayList names = contract.split('.');
    const auto violations = ContractValidator::builtIn().validate(names[0], names[1], text);
    const QJsonArray details = QJsonDocument::fromJson(Ssma::violationsToJson(violations)).array();
    const QJsonObject expected = QJsonDocument::fromJson(violation).object();
    QVERIFY(!expected.isEmpty());
    QVERIFY2(details.contains(expected), QJsonDocument(details).toJson().constData());
}

void TestContractValidator::acceptsWhatTheContractAllows_data()
{
    QTest::addColumn<QByteArray>("contract");
    QTest::addColumn<QByteArray>("text");

    QTest::newRow("log batch with everything")
        << QByteArray("logs.INTENT_LOG_BATCH")
        << QByteArray(R"({"batchId":"0123456789","sessionId":"12345","userId":"12345","source":"s",
            "meta":{"clientTime":1.5,"appVersion":"1","platform":"p","locale":"de","more":[]},
            "entries":[{"event":"e","level":"info","message":"m","tags":["t"],"context":{"a":1},"timestamp":0,
            "durationMs":0.5,"more":1}]})");
    QTest::newRow("length counts code points") << QByteArray("channels.CHANNEL_SUBSCRIBE")
                                               << QByteArray(R"({"type":"channel.subscribe","channel":")" +
                                                             QByteArray("\xf0\x9f\x98\x80").repeated(96) + R"("})");
    QTest::newRow("NUL counts as a character")
        << QByteArray("optimistic.INTENT_BATCH")
        << QByteArray(R"({"type":"intent.batch","intents":[{"id":"\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
            "intent":"A","payload":null,"meta":{"clock":0}}]})");
    QTest::newRow("lone surrogate is a character")
        << QByteArray("channels.CHANNEL_SUBSCRIBE") << QByteArray(R"({"type":"channel.subscribe","channel":"\ud83d"})");
    QTest::newRow("last of equal keys counts")
        << QByteArray("channels.CHANNEL_SUBSCRIBE")
        << QByteArray(R"({"type":"channel.subscribe","channel":1,"channel":"c"})");
    QTest::newRow("whole part is not required of limits")
        << QByteArray("channels.CHANNEL_RESYNC")
        << QByteArray(R"({"type":"channel.resync","channel":"c","limit":1.5,"cursor":1e400})");
}

void TestContractValidator::acceptsWhatTheContractAllows()
{
    QFETCH(QByteArray, contract);
    QFETCH(QByteArray, text);

    const QByteArrayList names = contract.split('.');
    const auto violations = ContractValidator::builtIn().validate(names[0], names[1], text);
    QVERIFY2(violations.empty(), Ssma::violationsToJson(violations).constData());
}

void TestContractValidator::textThatIsNoJsonIsOneSyntaxViolation_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("open object") << QByteArray("{");
    QTest::newRow("two values") << QByteArray("{} {}");
    QTest::newRow("bad number") << QByteArray(R"({"a":01})");
    QTest::newRow("deeper than the limit")
        << QByteArray("[").repeated(ContractValidator::MaxDepth + 1) + QByteArray("]").repeated(65);
}

void TestContractValidator::textThatIsNoJsonIsOneSyntaxViolation()
{
    QFETCH(QByteArray, text);
    const auto violations = ContractValidator::builtIn().validate("optimistic", "PING", text);
    QCOMPARE_EQ(violations.size(), size_t(1));
    QCOMPARE_EQ(violations.front().keyword, QByteArray("syntax"));
}

void TestContractValidator::unknownContractIsRefused()
{
    const auto violations = ContractValidator::builtIn().validate("optimistic", "NONSENSE", "{}");
    QCOMPARE_EQ(violations.size(), size_t(1));
    QCOMPARE_EQ(violations.front().keyword, QByteArray("contract"));
    QVERIFY(!ContractValidator::builtIn().knows("optimistic", "NONSENSE"));
}

void TestContractValidator::everyViolationOfAFrameIsReported()
{
    const QByteArray text = R"({"type":"channel.command","channel":"","params":[],"more":1})";
    QByteArrayList keywords;
    for (const auto &violation : ContractValidator::builtIn().validate("channels", "CHANNEL_COMMAND", text))
        keywords.append(violation.keyword);
    std::sort(keywords.begin(), keywords.end());
    QCOMPARE_EQ(keywords, QByteArrayList({"additionalProperties", "minLength", "required", "type"}));
}

void TestContractValidator::detailsOfAHostileFrameAreBounded()
{
    const QByteArray text = R"({"type":"intent.batch","intents":[)" + QByteArray("0,").repeated(200'000) + "0]}";
    const auto violations = ContractValidator::builtIn().validate("optimistic", "INTENT_BATCH", text);
    QVERIFY(!violations.empty());
    QVERIFY(qsizetype(violations.size()) <= ContractValidator::MaxViolations);
    QVERIFY(Ssma::violationsToJson(violations).size() < 16 * 1024);
}

void TestContractValidator::detailsAreAJsonArray()
{
    QCOMPARE_EQ(Ssma::violationsToJson({}), QByteArray("[]"));
    const QByteArray text = R"({"type":"ping","\"<\u0001\ud83d":1})";
    const auto violations = ContractValidator::builtIn().validate("optimistic", "PING", text);
    QCOMPARE_EQ(QJsonDocument::fromJson(Ssma::violationsToJson(violations)).array().size(), 1);
}

QTEST_GUILESS_MAIN(TestContractValidator)
#include "tst_contractvalidator.moc"
