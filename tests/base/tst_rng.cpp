// SPDX-License-Identifier: MIT
#include "base/rng.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace Tidegate;

namespace {

class CountingRng final : public Rng
{
public:
    QByteArray bytes(qsizetype count) override
    {
        QByteArray out;
        while (out.size() < count)
            out.append(char(m_next++));
        return out;
    }

private:
    uchar m_next = 0;
};

} // namespace

class TestRng : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void systemBytesHaveTheAskedLength();
    void systemBytesDiffer();
    void uuidHasVersionFourForm();
    void uuidIsMadeOfTheSourcesBytes();
    void tokensAreUrlSafeAndUnpadded();
};

void TestRng::systemBytesHaveTheAskedLength()
{
    SystemRng rng;
    for (qsizetype count = 0; count < 40; ++count)
        QCOMPARE(rng.bytes(count).size(), count);
}

void TestRng::systemBytesDiffer()
{
    SystemRng rng;
    QSet<QByteArray> seen;
    for (int i = 0; i < 1000; ++i)
        seen.insert(rng.bytes(16));
    QCOMPARE(seen.size(), 1000);
}

void TestRng::uuidHasVersionFourForm()
{
    SystemRng rng;
    const QRegularExpression form(
        QStringLiteral("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
    for (int i = 0; i < 100; ++i) {
        const QByteArray uuid = rng.uuid();
        QVERIFY2(form.match(QString::fromLatin1(uuid)).hasMatch(), uuid.constData());
    }
}

void TestRng::uuidIsMadeOfTheSourcesBytes()
{
    QCOMPARE(CountingRng().uuid(), QByteArray("00010203-0405-4607-8809-0a0b0c0d0e0f"));
}

void TestRng::tokensAreUrlSafeAndUnpadded()
{
    SystemRng rng;
    const QRegularExpression form(QStringLiteral("^[A-Za-z0-9_-]+$"));
    for (qsizetype bytes = 1; bytes <= 32; ++bytes) {
        const QByteArray token = rng.token(bytes);
        QVERIFY(form.match(QString::fromLatin1(token)).hasMatch());
        QCOMPARE(token.size(), (bytes * 8 + 5) / 6);
    }
}

QTEST_GUILESS_MAIN(TestRng)
#include "tst_rng.moc"
