// SPDX-License-Identifier: MIT
#include "auth/authconfig.h"
#include "auth/integrity.h"

#include <QTest>

#include <limits>

using namespace Tidegate;
using namespace std::chrono_literals;

namespace {

const QByteArray Key = "integrity key";
const QByteArray Payload = R"({"entries":[1,2]})";
// Computed with another program, from the definition in gateway/auth/README.md.
const QByteArray PayloadHash = "3265d9a11b205a348128c6955dfffe35f622fc0307d543f1befcf2cd826b09b1";
const QByteArray Signature = "c8d52bcbfd552b7617be33c253fa062a9cbe69c79ff5b3c9879cdb16e53532cb";
constexpr qint64 NowMs = 1'700'000'000'000;

IntegrityClaim goodClaim()
{
    return {"logs.batch", PayloadHash, "nonce-0123456789", NowMs, Signature};
}

} // namespace

class TestIntegrity : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theSignatureIsTheOneTheReadmeDefines();
    void aChangedClaimDoesNotHold_data();
    void aChangedClaimDoesNotHold();
    void fieldsCannotBleedIntoEachOther();
    void theKeyIsDerivedWhenNoneIsConfigured();
    void aNonceWorksOnceForItsIntent();
    void aNonceExpires();
    void theTableForgetsTheOldestNonceWhenFull();
};

void TestIntegrity::theSignatureIsTheOneTheReadmeDefines()
{
    QCOMPARE(integritySignature(goodClaim(), Key), Signature);
    QVERIFY(isIntegrityClaimSound(goodClaim(), Payload, Key, NowMs, 5min));
}

void TestIntegrity::aChangedClaimDoesNotHold_data()
{
    QTest::addColumn<IntegrityClaim>("claim");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<qint64>("nowMs");
    const auto row = [](const char *name, auto change) {
        IntegrityClaim claim = goodClaim();
        change(claim);
        QTest::newRow(name) << claim << Payload << Key << NowMs;
    };
    row("another intent", [](IntegrityClaim &claim) { claim.intent = "other"; });
    row("another nonce", [](IntegrityClaim &claim) { claim.nonce += '0'; });
    row("another time", [](IntegrityClaim &claim) { claim.timestampMs += 1; });
    row("hash in capitals", [](IntegrityClaim &claim) { claim.payloadHash = claim.payloadHash.toUpper(); });
    row("signature in capitals", [](IntegrityClaim &claim) { claim.signature = claim.signature.toUpper(); });
    row("signature cut short", [](IntegrityClaim &claim) { claim.signature.chop(1); });
    row("no signature", [](IntegrityClaim &claim) { claim.signature.clear(); });
    row("no hash", [](IntegrityClaim &claim) {
        claim.payloadHash.clear();
        claim.signature = integritySignature(claim, Key);
    });
    QTest::newRow("another payload") << goodClaim() << Payload + ' ' << Key << NowMs;
    QTest::newRow("another key") << goodClaim() << Payload << QByteArray("other key") << NowMs;
    QTest::newRow("no key") << goodClaim() << Payload << QByteArray() << NowMs;
    QTest::newRow("too old by a millisecond") << goodClaim() << Payload << Key << NowMs + 300'001;
    QTest::newRow("too new by a millisecond") << goodClaim() << Payload << Key << NowMs - 300'001;
    IntegrityClaim extreme = goodClaim();
    extreme.timestampMs = std::numeric_limits<qint64>::min();
    extreme.signature = integritySignature(extreme, Key);
    QTest::newRow("the earliest time there is") << extreme << Payload << Key << NowMs;
}

void TestIntegrity::aChangedClaimDoesNotHold()
{
    QFETCH(IntegrityClaim, claim);
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, key);
    QFETCH(qint64, nowMs);
    QVERIFY(!isIntegrityClaimSound(claim, payload, key, nowMs, 5min));
}

void TestIntegrity::fieldsCannotBleedIntoEachOther()
{
    IntegrityClaim claim = goodClaim();
    claim.intent = "logs.batch\n" + PayloadHash;
    claim.signature = integritySignature(claim, Key);
    QVERIFY(!isIntegrityClaimSound(claim, Payload, Key, NowMs, 5min));
}

void TestIntegrity::theKeyIsDerivedWhenNoneIsConfigured()
{
    AuthConfig config;
    QVERIFY(integrityKey(config).isEmpty());
    config.secret = "secret";
    const QByteArray derived = integrityKey(config);
    QCOMPARE(derived.size(), 32);
    QVERIFY(derived != config.secret);
    config.hmacSecret = "own";
    QCOMPARE(integrityKey(config), "own");
    QVERIFY(!isUsableSecret("change-me-in-production"));
    QVERIFY(isUsableSecret(QByteArray(32, 'x')));
}

void TestIntegrity::aNonceWorksOnceForItsIntent()
{
    SystemRng rng;
    NonceTable table(5min);
    const Nonce nonce = table.issue("a", rng, NowMs);
    QVERIFY(nonce.nonce.size() >= 16);
    QCOMPARE(nonce.expiresAtMs, NowMs + 300'000);
    QVERIFY(!table.consume(nonce.nonce, "b", NowMs));
    QVERIFY(!table.consume("unknown", "a", NowMs));
    QVERIFY(table.consume(nonce.nonce, "a", NowMs));
    QVERIFY(!table.consume(nonce.nonce, "a", NowMs));
    QCOMPARE(table.size(), 0);
}

void TestIntegrity::aNonceExpires()
{
    SystemRng rng;
    NonceTable table(5min);
    const Nonce nonce = table.issue("a", rng, NowMs);
    QVERIFY(!table.consume(nonce.nonce, "a", NowMs + 300'000));
    table.issue("a", rng, NowMs + 300'000);
    QCOMPARE(table.size(), 1);
}

void TestIntegrity::theTableForgetsTheOldestNonceWhenFull()
{
    SystemRng rng;
    NonceTable table(5min, 2);
    const Nonce first = table.issue("a", rng, NowMs);
    const Nonce second = table.issue("a", rng, NowMs);
    const Nonce third = table.issue("a", rng, NowMs);
    QCOMPARE(table.size(), 2);
    QVERIFY(!table.consume(first.nonce, "a", NowMs));
    QVERIFY(table.consume(second.nonce, "a", NowMs));
    QVERIFY(table.consume(third.nonce, "a", NowMs));
}

QTEST_GUILESS_MAIN(TestIntegrity)
#include "tst_integrity.moc"
