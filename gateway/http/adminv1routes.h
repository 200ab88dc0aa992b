// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/operatorgate.h"
#include "http/requestcontext.h"

#include <functional>
#include <memory>

namespace Tidegate {

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
    using Serve = std::function<void(const RequestPtr &, Admin::OperatorGate::Visitor)>;

    //! Whoever is no operator learns nothing, not even what there is.
    void admit(const RequestPtr &request, const Serve &serve) const;
    void get(const RequestPtr &request, Admin::OperatorGate::Visitor visitor, const QString &resource);
    void ask(const RequestPtr &request, Admin::OperatorGate::Visitor visitor, const QString &op, QJsonObject message);

    const std::shared_ptr<Admin::OperatorGate> m_gate;
};

} // namespace Tidegate
