// SPDX-License-Identifier: MIT
#include "fuzz/fuzztarget.h"

#include <QDir>
#include <QRandomGenerator>
#include <QTest>

using namespace Tidegate::Test;

namespace {

constexpr int MutationCount = 20000;
constexpr qsizetype MaxInputBytes = 4096;

QByteArrayList readSeeds()
{
    QByteArrayList seeds;
    const QDir corpus(QStringLiteral(TIDEGATE_FUZZ_CORPUS));
    for (const QString &name : corpus.entryList(QDir::Files, QDir::Name)) {
        QFile file(corpus.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            seeds += file.readAll();
    }
    return seeds;
}

int runOne(const QByteArray &input)
{
    return LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(input.constData()), size_t(input.size()));
}

//! One small change of \p input: the kinds a coverage-guided fuzzer makes, without the guide.
void mutate(QByteArray &input, const QByteArray &other, QRandomGenerator &random)
{
    constexpr uchar Notable[] = {0x00, 0x01, 0x7d, 0x7e, 0x7f, 0x80, 0xff, '\r', '\n', ' ', ':', '0'};
    const auto at = qsizetype(random.bounded(quint32(input.size() + 1)));
    const bool isEnd = at == input.size();
    switch (random.bounded(6)) {
    case 0:
        if (!isEnd)
            input[at] = char(input[at] ^ 1 << random.bounded(8));
        break;
    case 1:
        if (!isEnd)
            input[at] = char(Notable[random.bounded(quint32(std::size(Notable)))]);
        break;
    case 2:
        input.insert(at, char(random.bounded(256)));
        break;
    case 3:
        input.remove(at, 1 + random.bounded(8));
        break;
    case 4:
        input.insert(at, input.mid(at, random.bounded(32)));
        break;
    default:
        input = input.first(at) + other.mid(qsizetype(random.bounded(quint32(other.size() + 1))));
    }
    input.truncate(MaxInputBytes);
}

} // namespace

//! Runs one fuzz target where there is no fuzzer. A broken rule ends the process.
class TestFuzzSeeds : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everySeedKeepsTheRules();
    void everyMutationKeepsTheRules();
};

void TestFuzzSeeds::everySeedKeepsTheRules()
{
    const QByteArrayList seeds = readSeeds();
    QVERIFY(!seeds.isEmpty());
    for (const QByteArray &seed : seeds)
        QCOMPARE(runOne(seed), 0);
}

void TestFuzzSeeds::everyMutationKeepsTheRules()
{
    const QByteArrayList seeds = readSeeds();
    QRandomGenerator random(20261121);
    const auto anySeed = [&]() -> const QByteArray & {
        return seeds[qsizetype(random.bounded(quint32(seeds.size())))];
    };
    for (int i = 0; i < MutationCount; ++i) {
        QByteArray input = anySeed();
        for (int changes = 1 + random.bounded(6); changes > 0; --changes)
            mutate(input, anySeed(), random);
        QCOMPARE(runOne(input), 0);
    }
}

QTEST_GUILESS_MAIN(TestFuzzSeeds)
#include "tst_fuzzseeds.moc"
