// SPDX-License-Identifier: MIT
#include "intent/cluster/logmessage.h"

#include "intent/cluster/codec.h"
#include "intent/intentengine.h"

namespace Tidegate {

namespace {

enum ActKind : quint8 { Settled, Amended, Dialect };

void writeAct(QDataStream &out, const LogAct &act)
{
    out << quint8(act.index());
    if (const auto *settled = std::get_if<SettledAct>(&act)) {
        out << settled->site << settled->isDecided;
        NodeCodec::write(out, settled->intents);
    } else if (const auto *amended = std::get_if<AmendedAct>(&act)) {
        out << quint8(amended->kind) << amended->reason;
        NodeCodec::write(out, *amended->intent);
    } else {
        out << std::get<DialectAct>(act).bytes;
    }
}

LogAct readAct(QDataStream &in)
{
    quint8 kind = 0;
    in >> kind;
    if (kind == Settled) {
        SettledAct settled;
        in >> settled.site >> settled.isDecided;
        NodeCodec::read(in, settled.intents);
        return settled;
    }
    if (kind == Amended) {
        AmendedAct amended;
        quint8 amendKind = 0;
        auto intent = std::make_shared<Intent>();
        in >> amendKind >> amended.reason;
        NodeCodec::read(in, *intent);
        if (amendKind > quint8(AmendKind::Mark))
            in.setStatus(QDataStream::ReadCorruptData);
        amended.kind = AmendKind(amendKind);
        amended.intent = std::move(intent);
        return amended;
    }
    if (kind != Dialect)
        in.setStatus(QDataStream::ReadCorruptData);
    DialectAct dialect;
    in >> dialect.bytes;
    return dialect;
}

} // namespace

QByteArray encodeLogMessage(const LogMessage &message)
{
    return NodeCodec::encode(0, [&message](QDataStream &out) {
        out << message.term << message.number << message.headBefore << message.headAfter << message.floorSeq
            << quint32(message.acts.size());
        for (const LogAct &act : message.acts)
            writeAct(out, act);
    });
}

Result<LogMessage> decodeLogMessage(const QByteArray &bytes)
{
    LogMessage message;
    const auto complete = NodeCodec::decode(bytes, [&message](quint8, QDataStream &in) {
        quint32 count = 0;
        in >> message.term >> message.number >> message.headBefore >> message.headAfter >> message.floorSeq >> count;
        for (quint32 i = 0; i < count && in.status() == QDataStream::Ok; ++i)
            message.acts.push_back(readAct(in));
    });
    if (!complete)
        return complete.error();
    return message;
}

} // namespace Tidegate
