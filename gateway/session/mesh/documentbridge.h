// SPDX-License-Identifier: MIT
#pragma once

#include "channel/broker.h"
#include "document/documentregistry.h"

#include <vector>

namespace Tidegate::Mesh {

//! One event model: what becomes of a shared document is a mesh message "doc.<id>", and mesh messages can become
//! proposals. Nothing crosses that the rules do not name. Of several gateways the one that decides carries over, since
//! all of them hear everything. Core thread.
class DocumentBridge final : public QObject
{
    Q_OBJECT
public:
    struct Inward
    {
        QByteArray pattern; //!< of mesh subjects; must not meet "doc.>"
        QByteArray documentId;
        QByteArray functionId;
    };
    struct Rules
    {
        QByteArrayList outward; //!< patterns of "doc.<id>"; empty = closed
        std::vector<Inward> inward;

        bool isClosed() const { return outward.isEmpty() && inward.empty(); }
    };

    //! Borrowed.
    DocumentBridge(Broker &broker, DocumentRegistry &documents, Rules rules);
    ~DocumentBridge() override;

private:
    void publishOutward(const QByteArray &id, QByteArrayView event);
    void proposeInward(const Inward &rule, const Publication &message);

    Broker &m_broker;
    DocumentRegistry &m_documents;
    const Rules m_rules;
    std::vector<Broker::ConsumerId> m_consumers;
};

} // namespace Tidegate::Mesh
