// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/gatewayview.h"
#include "admin/local/provider.h"

namespace Tidegate::Admin {

//! A table that other threads are asked for and that is kept for a moment, so that a console that asks for page after
//! page does not make them walk it each time.
class KeptTableProvider : public TableProvider
{
public:
    KeptTableProvider(const GatewayView &view, const Home &home, qint64 keptForMs = 500)
        : m_view(view)
        , m_home(home)
        , m_keptForMs(keptForMs)
    {
    }

protected:
    //! \p done runs at home.
    virtual void make(std::function<void(TablePtr)> done) = 0;
    const GatewayView &view() const { return m_view; }
    const Home &home() const { return m_home; }

private:
    void collect(Answer<TablePtr> done) override;

    const GatewayView &m_view;
    const Home m_home;
    const qint64 m_keptForMs;
    TablePtr m_kept;
    qint64 m_keptAtMs = 0;
    std::vector<Answer<TablePtr>> m_waiting;
};

} // namespace Tidegate::Admin
