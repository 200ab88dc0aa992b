// SPDX-License-Identifier: MIT
#include "document/jetstream/documentmessage.h"

#include <QDataStream>
#include <QIODevice>

namespace Tidegate {

namespace {

//! Of what is kept, so it may only change with a way to read the older ones.
constexpr quint8 FormatVersion = 1;

enum Kind : quint8 { TermKind, CreateKind, RecordKind, ReplaceKind, RemoveKind };

void write(QDataStream &out, const CreateDocument &each)
{
    out << each.state << each.atMs << each.requestId;
}

void read(QDataStream &in, CreateDocument &each)
{
    in >> each.state >> each.atMs >> each.requestId;
}

void write(QDataStream &out, const RecordTransaction &each)
{
    const TransactionRecord &record = each.record;
    // The state is the same one, so it is not written twice.
    out << each.revision << record.accepted << record.atMs << record.idempotencyId << !record.state.isEmpty()
        << each.state << each.functionId << each.subject << each.proof << each.reason << each.trimThroughSeq;
}

void read(QDataStream &in, RecordTransaction &each)
{
    TransactionRecord &record = each.record;
    bool keepsState = false;
    in >> each.revision >> record.accepted >> record.atMs >> record.idempotencyId >> keepsState >> each.state >>
        each.functionId >> each.subject >> each.proof >> each.reason >> each.trimThroughSeq;
    if (keepsState)
        record.state = each.state;
}

void write(QDataStream &out, const ReplaceState &each)
{
    out << each.revision << each.state << each.atMs << each.requestId;
}

void read(QDataStream &in, ReplaceState &each)
{
    in >> each.revision >> each.state >> each.atMs >> each.requestId;
}

void write(QDataStream &out, const RemoveDocument &each)
{
    out << each.requestId;
}

void read(QDataStream &in, RemoveDocument &each)
{
    in >> each.requestId;
}

quint8 kindOf(const DocumentWrite &write)
{
    return quint8(CreateKind + write.index());
}

template <typename Write>
DocumentWrite readAs(QDataStream &in, LoggedWrite &logged)
{
    Write each;
    in >> logged.term >> logged.documentSeq >> logged.createdAtMs >> logged.lastEpoch >> each.id >> each.epoch;
    read(in, each);
    if constexpr (std::is_same_v<Write, RecordTransaction>)
        each.record.seq = logged.documentSeq;
    return each;
}

} // namespace

QByteArray encode(const DocumentMessage &message)
{
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_4);
    out << FormatVersion;
    if (const auto *term = std::get_if<TermBegins>(&message)) {
        out << quint8(TermKind) << term->node;
        return bytes;
    }
    const auto &logged = std::get<LoggedWrite>(message);
    out << kindOf(logged.write) << logged.term << logged.documentSeq << logged.createdAtMs << logged.lastEpoch;
    std::visit(
        [&out](const auto &each) {
            out << each.id << each.epoch;
            write(out, each);
        },
        logged.write);
    return bytes;
}

Result<DocumentMessage> decodeDocumentMessage(const QByteArray &bytes)
{
    QDataStream in(bytes);
    in.setVersion(QDataStream::Qt_6_4);
    quint8 version = 0;
    quint8 kind = 0;
    in >> version >> kind;
    if (version != FormatVersion)
        return Error{ErrorCode::Unsupported, QStringLiteral("a message of another version (%1)").arg(version)};
    TermBegins term;
    LoggedWrite logged;
    switch (kind) {
    case TermKind:
        in >> term.node;
        break;
    case CreateKind:
        logged.write = readAs<CreateDocument>(in, logged);
        break;
    case RecordKind:
        logged.write = readAs<RecordTransaction>(in, logged);
        break;
    case ReplaceKind:
        logged.write = readAs<ReplaceState>(in, logged);
        break;
    case RemoveKind:
        logged.write = readAs<RemoveDocument>(in, logged);
        break;
    default:
        in.setStatus(QDataStream::ReadCorruptData);
    }
    if (in.status() != QDataStream::Ok || !in.atEnd())
        return Error{ErrorCode::InvalidSyntax, QStringLiteral("a message that is none of a gateway's")};
    if (kind == TermKind)
        return DocumentMessage(std::move(term));
    return DocumentMessage(std::move(logged));
}

const QByteArray &documentId(const DocumentWrite &write)
{
    return std::visit([](const auto &each) -> const QByteArray & { return each.id; }, write);
}

QByteArray LogNames::document(const QByteArray &id) const
{
    return prefix() + "d." + id.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray LogNames::of(const DocumentMessage &message) const
{
    const auto *logged = std::get_if<LoggedWrite>(&message);
    if (!logged)
        return terms();
    return std::holds_alternative<RemoveDocument>(logged->write) ? removals() : document(documentId(logged->write));
}

} // namespace Tidegate
