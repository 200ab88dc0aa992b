// SPDX-License-Identifier: MIT
#pragma once

namespace Tidegate {

class RouteTable;

//! GET /: the demo page with its files in dev mode, else a line that says what this is.
class DemoRoutes
{
public:
    explicit DemoRoutes(bool devMode)
        : m_devMode(devMode)
    {
    }
    void addTo(RouteTable &table);

private:
    const bool m_devMode;
};

} // namespace Tidegate
