// SPDX-License-Identifier: MIT
#include "document/native/builtins.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate;

namespace {

//! The decision as one text: "state", "rejected" or "failed: text".
QByteArray decided(const QByteArray &name, const QByteArray &argument, const QByteArray &state, const QByteArray &data)
{
    const auto function = makeBuiltIn(name, argument);
    if (!function)
        return "unusable: " + function.error().text.toUtf8();
    Evaluation evaluation;
    evaluation.state = state;
    evaluation.proposedData = data;
    const Ruling decision = (*function)->evaluate(evaluation);
    if (const auto *accepted = std::get_if<Accepted>(&decision))
        return accepted->state;
    if (const auto *failed = std::get_if<Failed>(&decision))
        return "failed: " + failed->text;
    return "rejected";
}

} // namespace

class TestBuiltIns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFunctionDecidesByItsRule_data();
    void everyFunctionDecidesByItsRule();
    void schemaDecides();
    void unusableTextsAreRefused();
};

void TestBuiltIns::everyFunctionDecidesByItsRule_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("argument");
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("outcome");
    const auto row = [](const char *rule, const char *name, const char *argument, const char *state, const char *data,
                        const char *outcome) {
        QTest::newRow(rule) << QByteArray(name) << QByteArray(argument) << QByteArray(state) << QByteArray(data)
                            << QByteArray(outcome);
    };
    row("anything becomes the state", "accept-any", "", "1", "[null]", "[null]");
    row("nothing does", "reject-all", "why", "1", "2", "rejected");
    row("failure has its text", "fail", "boom", "1", "2", "failed: boom");

    row("next number", "counter-increment", "", R"({"count":1})", R"({"count":2})", R"({"count":2})");
    row("next number as a fraction's text", "counter-increment", "", R"({"count":1.0})", R"({"count":2e0})",
        R"({"count":2})");
    row("number of another field", "counter-increment", "n", R"({"n":-1})", R"({"n":0})", R"({"n":0})");
    row("the same number", "counter-increment", "", R"({"count":1})", R"({"count":1})", "rejected");
    row("number far ahead", "counter-increment", "", R"({"count":1})", R"({"count":3})", "rejected");
    const char *noCount = R"(failed: expected an object with an integer "count")";
    row("no object", "counter-increment", "", R"({"count":1})", "2", noCount);
    row("text as number", "counter-increment", "", R"({"count":1})", R"({"count":"2"})", noCount);
    row("fraction", "counter-increment", "", R"({"count":1})", R"({"count":1.5})", noCount);
    row("number beyond integers", "counter-increment", "", R"({"count":1})", R"({"count":1e300})", noCount);
    row("number beyond double", "counter-increment", "", R"({"count":1})", R"({"count":1e999})", noCount);
    row("state without number", "counter-increment", "", "null", R"({"count":1})",
        R"(failed: the state has no integer "count")");

    row("append to nothing", "append-only", "", "null", R"({"a":1})", R"([{"a":1}])");
    row("append to an empty list", "append-only", "", "[ ]", "1", "[ 1]");
    row("append", "append-only", "", "[1]", "2", "[1,2]");
    row("append to an object", "append-only", "", "{}", "2", "failed: the state is not an array");

    // RFC 7396, appendix A.
    row("replaced member", "merge-patch", "", R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})");
    row("added member", "merge-patch", "", R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})");
    row("removed member", "merge-patch", "", R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})");
    row("list is replaced", "merge-patch", "", R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})");
    row("object within", "merge-patch", "", R"({"a":{"b":"c","n":1.50}})", R"({"a":{"b":"d","c":null}})",
        R"({"a":{"b":"d","n":1.50}})");
    row("patch is no object", "merge-patch", "", R"({"a":"b"})", R"(["c"])", R"(["c"])");
    row("target is no object", "merge-patch", "", R"(["a"])", R"({"a":{"b":null}})", R"({"a":{}})");
    row("nulls within what is new", "merge-patch", "", "{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})");
    row("key in another spelling", "merge-patch", "", R"({"\u0061":1})", R"({"a":2})", R"({"\u0061":2})");
}

void TestBuiltIns::everyFunctionDecidesByItsRule()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, argument);
    QFETCH(QByteArray, state);
    QFETCH(QByteArray, data);
    QVERIFY(isBuiltIn(name));
    QTEST(decided(name, argument, state, data), "outcome");
}

void TestBuiltIns::schemaDecides()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("schema.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}})");
    file.close();
    const QByteArray path = file.fileName().toUtf8();
    QCOMPARE(decided("json-schema", path, "null", R"({"a":1})"), R"({"a":1})");
    QCOMPARE(decided("json-schema", path, "null", R"({"a":"x"})"), "rejected");
    QCOMPARE(decided("json-schema", path, "null", R"({"a":1e999})"),
             "failed: the proposed data cannot be checked against the schema");
    QVERIFY(decided("json-schema", path + "-absent", "null", "1").startsWith("unusable: "));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"type":)");
    file.close();
    QVERIFY(decided("json-schema", path, "null", "1").startsWith("unusable: "));
}

void TestBuiltIns::unusableTextsAreRefused()
{
    QVERIFY(!makeBuiltIn("no-such-function", {}));
    QVERIFY(!makeBuiltIn("accept-any", "argument"));
    QVERIFY(!makeBuiltIn("counter-increment", "a\"b"));
    QVERIFY(!isBuiltIn("http"));
}

QTEST_GUILESS_MAIN(TestBuiltIns)
#include "tst_builtins.moc"
