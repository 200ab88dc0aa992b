// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/nodesubjects.h"
#include "document/documentstore.h"

namespace Tidegate {

//! A gateway leads from here on; the message's place in the stream is the term's number.
struct TermBegins
{
    QByteArray node;
};

//! A write, with what a reader needs who finds no older message of the document.
struct LoggedWrite
{
    quint64 term = 0;        //!< of the writer
    quint64 documentSeq = 0; //!< of the document's newest transaction after it
    qint64 createdAtMs = 0;  //!< of the document
    quint64 lastEpoch = 0;   //!< of RemoveDocument: that was given so far
    DocumentWrite write;
};

//! One message of the stream that holds the documents.
using DocumentMessage = std::variant<TermBegins, LoggedWrite>;

QByteArray encode(const DocumentMessage &message);
Result<DocumentMessage> decodeDocumentMessage(const QByteArray &bytes);

const QByteArray &documentId(const DocumentWrite &write);

//! How the stream and its messages are called, by the deployment's name.
class LogNames
{
public:
    explicit LogNames(QByteArray deployment)
        : m_deployment(std::move(deployment))
    {
    }
    //! Everything, of late.
    QByteArray log() const { return documents() + "_LOG"; }
    //! The newest of each subject; its places are the log's.
    QByteArray documents() const { return "TIDEGATE_" + m_deployment + "_DOCUMENTS"; }
    QByteArray bucket() const { return "TIDEGATE_" + m_deployment + "_LEASES"; }
    QByteArray all() const { return prefix() + '>'; }
    QByteArray terms() const { return prefix() + "term"; }
    //! Of every document: the newest messages here are all that is known of those that are gone.
    QByteArray removals() const { return prefix() + "gone"; }
    QByteArray document(const QByteArray &id) const;
    QByteArray of(const DocumentMessage &message) const;

private:
    QByteArray prefix() const { return NodeSubjectPrefix + m_deployment + ".documents.log."; }

    QByteArray m_deployment;
};

} // namespace Tidegate
