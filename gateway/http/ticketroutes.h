// SPDX-License-Identifier: MIT
#pragma once

#include "http/requestcontext.h"

namespace Tidegate {

namespace ShareData {
class TicketDesk;
}
class RouteTable;

//! POST /realtime/ticket: who could connect to /realtime gets a ticket to do it once, soon, with "?ticket=". For
//! browsers, which can send no header with an upgrade: a token in a URL would end up in logs.
class TicketRoutes
{
public:
    static constexpr char Path[] = "/realtime/ticket";

    //! \p desk null: documents are not served, and neither is this route.
    explicit TicketRoutes(ShareData::TicketDesk *desk)
        : m_desk(desk)
    {
    }
    void addTo(RouteTable &table);

private:
    void issue(const RequestPtr &request);

    ShareData::TicketDesk *const m_desk;
};

} // namespace Tidegate
