// SPDX-License-Identifier: MIT
#pragma once

#include "http/requestcontext.h"

#include <memory>

namespace Tidegate {

namespace Admin {
class OperatorGate;
}
class RouteTable;

//! The admin port over HTTP: /admin/v1/<resource>, /history, /explain, /openapi.json (admin/openapi.h). Each request is
//! one message of an operator's conversation.
class AdminV1Routes
{
public:
    //! \p gate may be null: there are no such routes then.
    explicit AdminV1Routes(std::shared_ptr<Admin::OperatorGate> gate)
        : m_gate(std::move(gate))
    {
    }
    void addTo(RouteTable &table);

private:
    void get(const RequestPtr &request, const QString &resource);
    void post(const RequestPtr &request, const QString &resource);
    void ask(const RequestPtr &request, const QString &op, QJsonObject message);

    const std::shared_ptr<Admin::OperatorGate> m_gate;
};

} // namespace Tidegate
