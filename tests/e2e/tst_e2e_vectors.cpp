// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"
#include "support/json.h"
#include "support/waiting.h"
#include "support/wsclient.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace Tidegate;

//! The golden vectors of the protocol played against the real binary: each server frame of a vector must be matched, in
//! order, by a frame that has at least its members.
class TestE2eVectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void vector_data();
    void vector();

private:
    static QStringList argsFor(const QString &name);
    static bool prepare(const QString &name, GatewayProcess &gateway);
};

//! What the vectors take for granted about the server and do not say.
QStringList TestE2eVectors::argsFor(const QString &name)
{
    if (name == u"rate_limit_channel_subscribe")
        return {QStringLiteral("--ssma-subscribe-max=1"), QStringLiteral("--ssma-subscribe-window=1h")};
    if (name == u"unauthorized_ws_reject")
        return {QStringLiteral("--auth-require-auth-writes")};
    return {};
}

bool TestE2eVectors::prepare(const QString &name, GatewayProcess &gateway)
{
    if (name != u"replay_window")
        return true;
    WsClient writer; // its cursor of 1 is that of a store with one row
    return writer.join(gateway.webSocketUrl()) &&
           !writer.ask(batch({entry("first-row-1")}), QStringLiteral("ack")).isEmpty();
}

void TestE2eVectors::vector_data()
{
    QTest::addColumn<QString>("path");
    const QDir folder(QStringLiteral(TIDEGATE_VECTORS));
    const QStringList files = folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
    QVERIFY(!files.isEmpty());
    for (const QString &file : files)
        QTest::newRow(qPrintable(file)) << folder.filePath(file);
}

void TestE2eVectors::vector()
{
    QFETCH(QString, path);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject vector = json(file.readAll());
    const QString name = vector.value(u"name").toString();
    GatewayProcess gateway;
    QVERIFY(gateway.start(argsFor(name)));
    QVERIFY(prepare(name, gateway));

    QUrl url = gateway.webSocketUrl();
    QList<QJsonObject> frames;
    for (const QJsonValue &each : arrayAt(vector, "client")) {
        const QJsonObject frame = each.toObject();
        if (frame.value(u"type").toString() == u"connect")
            url = QUrl(QStringLiteral("ws://127.0.0.1:%1%2").arg(gateway.port()).arg(frame.value(u"path").toString()));
        else
            frames.append(frame);
    }
    WsClient client;
    QVERIFY(client.open(url));
    for (const QJsonObject &frame : frames)
        client.send(frame);
    qsizetype at = -1;
    for (const QJsonValue &each : arrayAt(vector, "server")) {
        const QJsonObject expected = each.toObject();
        const auto isMatched = [&] {
            for (qsizetype i = at + 1; i < client.frames().size(); ++i) {
                if (isContained(expected, client.frames().at(i))) {
                    at = i;
                    return true;
                }
            }
            return false;
        };
        QVERIFY2(QTest::qWaitFor(isMatched, WaitMs), compact(expected).constData());
    }
}

QTEST_GUILESS_MAIN(TestE2eVectors)
#include "tst_e2e_vectors.moc"
