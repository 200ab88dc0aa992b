// SPDX-License-Identifier: MIT
#include "session/mesh/servicedesk.h"

namespace Tidegate::Mesh {

ServiceDesk::~ServiceDesk()
{
    for (const auto &[key, consumer] : m_offers)
        m_broker.unsubscribe(consumer);
}

void ServiceDesk::offer(LinkId link, quint64 id, const QByteArray &pattern, Ask ask)
{
    const auto consumer = [ask = std::move(ask)](const PublicationPtr &message) {
        if (!message->reply.isEmpty()) // else nobody waits for an answer
            ask(message);
    };
    m_offers.emplace(std::pair(link, id), m_broker.subscribe(pattern, consumer, QByteArrayLiteral("mesh.services")));
}

void ServiceDesk::withdraw(LinkId link, quint64 id)
{
    if (const auto offer = m_offers.extract({link, id}))
        m_broker.unsubscribe(offer.mapped());
}

} // namespace Tidegate::Mesh
