// SPDX-License-Identifier: MIT
#pragma once

#include "intent/submission.h"
#include "wire/result.h"

#include <variant>
#include <vector>

namespace Tidegate {

enum class AmendKind : quint8;

// What the leader tells the others, in the order in which it happened.

struct SettledAct
{
    QByteArray site;
    bool isDecided = false;
    std::vector<IntentPtr> intents; //!< ascending by seq
};
struct AmendedAct
{
    AmendKind kind{};
    QByteArray reason;
    IntentPtr intent;
};
//! Something a dialect published; only the dialect can read it.
struct DialectAct
{
    QByteArray bytes;
};
using LogAct = std::variant<SettledAct, AmendedAct, DialectAct>;

//! One turn of the leader, or without acts a sign of life.
struct LogMessage
{
    qint64 term = 0;
    quint64 number = 0;     //!< of the last message with acts, this one included; counts from 1 in each term
    quint64 headBefore = 0; //!< newest seq that earlier messages told of
    quint64 headAfter = 0;
    quint64 floorSeq = 1;
    std::vector<LogAct> acts;

    bool isSignOfLife() const { return acts.empty(); }
};

QByteArray encodeLogMessage(const LogMessage &message);
Result<LogMessage> decodeLogMessage(const QByteArray &bytes);

} // namespace Tidegate
