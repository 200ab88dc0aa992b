// SPDX-License-Identifier: MIT
#include "intent/cluster/codec.h"

namespace Tidegate::NodeCodec {

namespace {

//! A count that the bytes left cannot hold is damage, not a reason to reserve memory.
template <typename List, typename ReadOne>
void readList(QDataStream &in, List &list, ReadOne readOne)
{
    quint32 count = 0;
    in >> count;
    if (in.status() != QDataStream::Ok || qint64(count) > in.device()->bytesAvailable()) {
        in.setStatus(QDataStream::ReadCorruptData);
        return;
    }
    list.reserve(count);
    for (quint32 i = 0; i < count && in.status() == QDataStream::Ok; ++i) {
        typename List::value_type value;
        readOne(value);
        list.push_back(std::move(value));
    }
}

template <typename Number>
void writeOptional(QDataStream &out, const std::optional<Number> &number)
{
    out << number.has_value() << number.value_or(0);
}

template <typename Number>
void readOptional(QDataStream &in, std::optional<Number> &number)
{
    bool isThere = false;
    Number value = 0;
    in >> isThere >> value;
    number = isThere ? std::optional(value) : std::nullopt;
}

void readStatus(QDataStream &in, IntentStatus &status)
{
    quint8 number = 0;
    in >> number;
    if (number > quint8(IntentStatus::Indeterminate))
        in.setStatus(QDataStream::ReadCorruptData);
    status = IntentStatus(number);
}

} // namespace

void write(QDataStream &out, const Intent &intent)
{
    out << intent.seq << intent.site << intent.id << intent.name << intent.payload << intent.meta << intent.channels
        << intent.reasons << intent.userId << intent.connectionId << quint8(intent.status) << intent.insertedAtMs
        << intent.updatedAtMs << intent.backendCode << intent.backendMessage << intent.history;
}

void read(QDataStream &in, Intent &intent)
{
    in >> intent.seq >> intent.site >> intent.id >> intent.name >> intent.payload >> intent.meta >> intent.channels >>
        intent.reasons >> intent.userId >> intent.connectionId;
    readStatus(in, intent.status);
    in >> intent.insertedAtMs >> intent.updatedAtMs >> intent.backendCode >> intent.backendMessage >> intent.history;
}

void write(QDataStream &out, const std::vector<IntentPtr> &intents)
{
    out << quint32(intents.size());
    for (const IntentPtr &intent : intents)
        write(out, *intent);
}

void read(QDataStream &in, std::vector<IntentPtr> &intents)
{
    readList(in, intents, [&in](IntentPtr &intent) {
        auto made = std::make_shared<Intent>();
        read(in, *made);
        intent = std::move(made);
    });
}

void write(QDataStream &out, const BackendContext &context)
{
    out << context.site << context.connectionId << context.ip << context.userAgent << context.userId << context.role;
}

void read(QDataStream &in, BackendContext &context)
{
    in >> context.site >> context.connectionId >> context.ip >> context.userAgent >> context.userId >> context.role;
}

void write(QDataStream &out, const IntentSubmission &submission)
{
    out << quint32(submission.drafts.size());
    for (const IntentDraft &draft : submission.drafts)
        out << draft.id << draft.name << draft.payload << draft.meta << draft.channels << draft.reasons;
    write(out, submission.context);
    out << submission.isDecided;
}

void read(QDataStream &in, IntentSubmission &submission)
{
    readList(in, submission.drafts, [&in](IntentDraft &draft) {
        in >> draft.id >> draft.name >> draft.payload >> draft.meta >> draft.channels >> draft.reasons;
    });
    read(in, submission.context);
    in >> submission.isDecided;
}

void write(QDataStream &out, const std::vector<IntentOutcome> &outcomes)
{
    out << quint32(outcomes.size());
    for (const IntentOutcome &outcome : outcomes)
        out << outcome.id << quint8(outcome.status) << outcome.updatedAtMs << outcome.seq << outcome.code
            << outcome.message << outcome.isFresh;
}

void read(QDataStream &in, std::vector<IntentOutcome> &outcomes)
{
    readList(in, outcomes, [&in](IntentOutcome &outcome) {
        in >> outcome.id;
        readStatus(in, outcome.status);
        in >> outcome.updatedAtMs >> outcome.seq >> outcome.code >> outcome.message >> outcome.isFresh;
    });
}

void write(QDataStream &out, const BackendEvent &event)
{
    out << event.eventId << event.type << event.reason << event.site;
    writeOptional(out, event.timestampMs);
    writeOptional(out, event.cursor);
    out << event.islandId << event.parameters << event.payload << event.dataContract
        << QByteArrayList(event.intents.begin(), event.intents.end());
}

void read(QDataStream &in, BackendEvent &event)
{
    in >> event.eventId >> event.type >> event.reason >> event.site;
    readOptional(in, event.timestampMs);
    readOptional(in, event.cursor);
    QByteArrayList intents;
    in >> event.islandId >> event.parameters >> event.payload >> event.dataContract >> intents;
    event.intents.assign(intents.begin(), intents.end());
}

} // namespace Tidegate::NodeCodec
