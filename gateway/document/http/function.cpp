// SPDX-License-Identifier: MIT
#include "document/http/function.h"

#include "wire/jsonline.h"
#include "wire/jsonslice.h"
#include "wire/objectwriter.h"

#include <QCryptographicHash>

#include <array>

namespace Tidegate {

namespace {

constexpr int MaxAnswerDepth = 300; //!< a state's and its object's; how deep states may be is the registry's to say

Failed unusableAnswer()
{
    return Failed{"the function's answer is unusable"};
}

QByteArray textOf(const JsonSlice &slice)
{
    return slice.is(JsonKind::String) ? stringValue(slice) : QByteArray();
}

} // namespace

QByteArray evaluationJson(const Evaluation &evaluation)
{
    QByteArray body;
    body.reserve(evaluation.byteSize());
    QByteArray context;
    ObjectWriter(context).text("subject", evaluation.proposer.subject).json("claims", evaluation.proposer.claims).end();
    ObjectWriter writer(body);
    writer.text("documentId", evaluation.documentId)
        .number("epoch", evaluation.epoch)
        .number("attemptedSeq", evaluation.attemptedSeq)
        .json("state", evaluation.state)
        .textOrNull("lastTransactionId", evaluation.lastTransactionId)
        .text("functionId", evaluation.functionId)
        .json("proposedData", evaluation.proposedData)
        .json("proof", evaluation.proof)
        .json("context", context)
        .end();
    return body;
}

Ruling rulingOf(const HttpAnswer &answer)
{
    if (answer.status != 200)
        return unusableAnswer();
    const QByteArray line = jsonLine(answer.body, MaxAnswerDepth);
    if (!line.startsWith('{'))
        return unusableAnswer();
    constexpr std::array<QByteArrayView, 4> Names = {"decision", "state", "reason", "error"};
    std::array<JsonSlice, Names.size()> members;
    JsonSliceReader reader({line, JsonKind::Object});
    JsonSlice key;
    JsonSlice value;
    while (reader.nextMember(key, value)) {
        if (const size_t name = indexOfName(key, Names); name < Names.size())
            members[name] = value;
    }
    const QByteArray decision = textOf(members[0]);
    if (decision == "accepted" && members[1].isPresent())
        return Accepted{members[1].text.toByteArray()};
    if (decision == "rejected")
        return Rejected{textOf(members[2])};
    if (decision == "failed")
        return Failed{members[3].isPresent() ? textOf(members[3]) : QByteArray("the function failed")};
    return unusableAnswer();
}

QByteArray idempotencyKeyOf(const Evaluation &evaluation)
{
    // A number is attempted again after a failure, by another proposal perhaps; the hash keeps the two apart.
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(evaluation.functionId);
    hash.addData(QByteArrayView("\0", 1));
    hash.addData(evaluation.proposer.subject);
    hash.addData(QByteArrayView("\0", 1));
    hash.addData(evaluation.proposedData);
    return evaluation.documentId.toPercentEncoding() + '.' + QByteArray::number(evaluation.epoch) + '.' +
           QByteArray::number(evaluation.attemptedSeq) + '.' + hash.result().first(8).toHex();
}

HttpDocumentFunction::HttpDocumentFunction(QUrl url, RequestPoolConfig pool, const Clock &clock)
    : m_url(std::move(url))
    , m_pool(std::move(pool), clock)
{
}

void HttpDocumentFunction::evaluate(const Evaluation &evaluation, Done done)
{
    HttpCall call{m_url, "POST", evaluationJson(evaluation), idempotencyKeyOf(evaluation)};
    m_pool.send(std::move(call), [done = std::move(done)](const Result<HttpAnswer> &answer) {
        if (answer)
            done(rulingOf(*answer));
        else
            done(Failed{answer.error().code == ErrorCode::Timeout ? QByteArray("the function did not answer in time")
                                                                  : QByteArray("the function is not available")});
    });
}

} // namespace Tidegate
