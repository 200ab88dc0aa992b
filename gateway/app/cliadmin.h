// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminport.h"
#include "app/clitable.h"
#include "app/gatewayconfig.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace Tidegate {

//! `admin RESOURCE list|show|COMMAND ...`: the admin port on the command line. Its words come from the catalog.
class AdminCommands
{
public:
    //! Adds the commands below \p admin, which must outlive this object. \p addDataFlags gives a command the flags that
    //! find this installation's settings and key.
    void addTo(CLI::App &admin, std::function<void(CLI::App *)> addDataFlags);
    bool has(const CLI::App *command) const { return m_actions.contains(command); }
    //! Whether the installation's own settings are needed, for its address and key.
    bool needsConfig() const { return m_url.empty() || m_token.empty(); }
    //! Blocks until the gateway has answered. \p config is read only if needsConfig(). \return exit code
    int run(const CLI::App *command, const GatewayConfig &config);

private:
    struct Action
    {
        enum class Kind : quint8 { List, Show, Invoke, Explain, Statistics };
        Kind kind;
        QString resource;
        QString command;
    };

    void addResource(CLI::App &admin, const Admin::Resource &resource);
    void addCommand(CLI::App &parent, const Admin::Resource &resource, const Admin::Command &command);
    void addConnection(CLI::App &command);
    bool readFilters(const Admin::Resource &resource, Admin::PageRequest &request) const;
    int list(Admin::AdminPort &port, const Action &action) const;
    int show(Admin::AdminPort &port, const Action &action) const;
    int invoke(Admin::AdminPort &port, const Action &action) const;
    int explain(Admin::AdminPort &port) const;
    int showStatistics(Admin::AdminPort &port) const;
    RowFormat format() const;

    std::function<void(CLI::App *)> m_addDataFlags;
    std::map<const CLI::App *, Action> m_actions;
    std::string m_url;
    std::string m_token;
    std::string m_format = "table";
    std::string m_search;
    std::string m_sort;
    std::vector<std::string> m_filters;
    std::vector<std::string> m_keys;
    std::map<std::string, std::string> m_args;
    qint64 m_offset = 0;
    qint64 m_limit = 50;
    bool m_isDryRun = false;
    bool m_isSure = false;
    std::map<std::string, std::string> m_questionParts;
};

} // namespace Tidegate
