// SPDX-License-Identifier: MIT
#include "document/documentstore.h"

namespace Tidegate {

namespace {

qsizetype payloadBytes(const CreateDocument &write)
{
    return write.state.size();
}

qsizetype payloadBytes(const RecordTransaction &write)
{
    return write.state.size() + write.record.byteSize() + write.proof.size() + write.reason.size() +
           write.subject.size();
}

qsizetype payloadBytes(const ReplaceState &write)
{
    return write.state.size();
}

qsizetype payloadBytes(const RemoveDocument &)
{
    return 0;
}

} // namespace

qsizetype byteSize(const DocumentWrite &write)
{
    return qsizetype(sizeof(DocumentWrite)) +
           std::visit([](const auto &each) { return each.id.size() + payloadBytes(each); }, write);
}

} // namespace Tidegate
