// SPDX-License-Identifier: MIT
#include "ssma/contractvalidator.h"
#include "ssma/framemutator.h"
#include "ssma/frametexts.h"

#include <QtTest>

// Through this header only, which configures RapidJSON the way the validator is built with it.
#include <valijson/adapters/rapidjson_adapter.hpp>

#include <algorithm>
#include <iterator>

using namespace Tidegate::Ssma;

namespace {

struct ContractName
{
    QByteArray group;
    QByteArray name;
};

// In the order of the alternatives of ClientFrame.
const ContractName Contracts[] = {
    {"optimistic", "INTENT_BATCH"}, {"channels", "CHANNEL_SUBSCRIBE"}, {"channels", "CHANNEL_UNSUBSCRIBE"},
    {"channels", "CHANNEL_RESYNC"}, {"channels", "CHANNEL_COMMAND"},   {"optimistic", "PING"},
};

//! The contract that was applied: the kind of an accepted frame, or the name in the refusal. That it is the right one
//! for the frame's type, tst_decoder checks.
const ContractName &appliedContract(const DecodedFrame &decoded)
{
    if (const auto *const frame = std::get_if<ClientFrame>(&decoded))
        return Contracts[frame->index()];
    const QByteArray message = std::get<FrameError>(decoded).message;
    return *std::find_if(std::begin(Contracts), std::end(Contracts), [&](const ContractName &contract) {
        return message.endsWith(' ' + contract.group + '.' + contract.name);
    });
}

//! Nothing where RapidJSON refuses what JSON.parse accepts.
std::optional<bool> isJsonForRapidJson(const QByteArray &text)
{
    rapidjson::Document document;
    document.Parse<rapidjson::kParseValidateEncodingFlag>(text.constData(), size_t(text.size()));
    switch (document.GetParseError()) {
    case rapidjson::kParseErrorNumberTooBig:
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
        return {};
    default:
        return !document.HasParseError();
    }
}

} // namespace

//! The hand-written fast path against the contracts themselves.
class TestContractMirror : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mutatedFramesGetTheVerdictOfTheContract_data();
    void mutatedFramesGetTheVerdictOfTheContract();
    void brokenTextsGetTheVerdictOfAnotherParser();
};

void TestContractMirror::mutatedFramesGetTheVerdictOfTheContract_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 4; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestContractMirror::mutatedFramesGetTheVerdictOfTheContract()
{
    QFETCH(quint32, seed);
    constexpr int Frames = 5500;
    FrameMutator mutator(seed);
    Decoder decoder;
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < Frames; ++i) {
        const QByteArray text = mutator.next();
        const DecodedFrame decoded = decoder.decode(text);
        const auto *const error = std::get_if<FrameError>(&decoded);
        if (error && error->code == "UNKNOWN_TYPE")
            continue;
        QVERIFY2(!error || error->code == "INVALID_CONTRACT", text.constData());
        const ContractName &contract = appliedContract(decoded);
        const bool isValid = ContractValidator::builtIn().validate(contract.group, contract.name, text).empty();
        QVERIFY2(isValid == !error, text.constData());
        QVERIFY2(!error || error->details != "[]", text.constData());
        ++(error ? refused : accepted);
    }
    // Guards the generator: a test that never sees one of the two sides proves nothing.
    QVERIFY2(accepted > Frames / 10 && refused > Frames / 10, qPrintable(QString::number(accepted)));
}

void TestContractMirror::brokenTextsGetTheVerdictOfAnotherParser()
{
    constexpr int Texts = 20'000;
    static const QByteArray Bytes = "{}[]\",:\\ 01-+.eEutrn/x\n\xc3\xa4\xff";
    FrameMutator mutator(99);
    QRandomGenerator random(99);
    int broken = 0;
    for (int i = 0; i < Texts; ++i) {
        QByteArray text = mutator.next();
        for (int edits = random.bounded(1, 3); edits > 0 && !text.isEmpty(); --edits) {
            const qsizetype at = random.bounded(int(text.size()));
            const char byte = Bytes[random.bounded(int(Bytes.size()))];
            switch (random.bounded(3)) {
            case 0:
                text.remove(at, 1);
                break;
            case 1:
                text.insert(at, byte);
                break;
            default:
                text[at] = byte;
            }
        }
        const auto error = refusal(text);
        const bool isJson = !error || error->code != "INVALID_JSON";
        if (const std::optional<bool> expected = isJsonForRapidJson(text))
            QVERIFY2(isJson == *expected, text.constData());
        broken += !isJson;
    }
    QVERIFY(broken > Texts / 10);
}

QTEST_GUILESS_MAIN(TestContractMirror)
#include "tst_contractmirror.moc"
