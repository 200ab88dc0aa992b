// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/provider.h"
#include "app/gatewayconfig.h"

#include <functional>

namespace Tidegate {

//! Resource "config": the settings in effect, as `config print --origin` shows them. Here, because nobody else knows
//! the table of settings.
class ConfigProvider final : public Admin::TableProvider
{
public:
    explicit ConfigProvider(std::function<const GatewayConfig &()> current)
        : m_current(std::move(current))
    {
    }
    QString resource() const override { return QStringLiteral("config"); }

private:
    void collect(Answer<TablePtr> done) override;

    const std::function<const GatewayConfig &()> m_current;
};

} // namespace Tidegate
