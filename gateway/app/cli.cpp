// SPDX-License-Identifier: MIT
#include "app/cli.h"

#include "app/cliaccounts.h"
#include "app/cliadmin.h"
#include "app/clibench.h"
#include "app/cliconfig.h"
#include "app/clioutput.h"
#include "app/configprinter.h"
#include "app/configsuggest.h"
#include "app/configtable.h"
#include "app/serve.h"

#include <CLI/CLI.hpp>

#include <QCoreApplication>

namespace Tidegate {

namespace {

constexpr auto Examples = R"(
Examples:
  tidegate serve --dev                          try it: http://127.0.0.1:5050/
  tidegate serve --listen '*:5050' --origins-allowed https://app.example
  tidegate config print --origin                every setting and where it comes from
  tidegate config check /etc/tidegate/tidegate.toml
  tidegate token --role staff --ttl 10m         a session token for scripts
  tidegate admin links list                     who is connected to the running gateway
  tidegate bench fanout                         how fast it is on this machine

Settings come from tidegate.toml, .env, the environment (TIDEGATE_*, and SSMA_*
of an existing deployment) and flags; the later ones win. `tidegate config
example` writes a commented file with all of them.)";

class CommandLine
{
public:
    CommandLine()
    {
        m_app.set_version_flag("--version", "tidegate " TIDEGATE_VERSION, "Print the version");
        m_app.allow_extras();
        addServe();
        addConfig();
        addToken();
        addUser();
        m_admin.addTo(*addCommand(&m_app, "admin", "Look into a running gateway and act on it"),
                      [this](CLI::App *command) { addDataFlags(command); });
        m_bench.addTo(
            *addCommand(&m_app, "bench", "Measure a gateway: fan-out, acknowledgements, connections, replay"));
        m_app.footer(Examples); // last, because commands inherit what is set when they are added
    }

    int run(int argc, char **argv, QCoreApplication &app)
    {
        try {
            m_app.parse(argc, argv);
        } catch (const CLI::Success &request) {
            return m_app.exit(request);
        } catch (const CLI::ParseError &error) {
            writeError(QString::fromStdString(error.what()) + QStringLiteral("; see tidegate --help"));
            return ExitUsage;
        }
        const CLI::App *command = chosenCommand(&m_app);
        if (const int code = refuseUnknown(command); code != ExitOk)
            return code;
        return dispatch(command, app);
    }

private:
    static CLI::App *chosenCommand(CLI::App *from)
    {
        const auto chosen = from->get_subcommands();
        return chosen.empty() ? from : chosenCommand(chosen.front());
    }

    CLI::App *addCommand(CLI::App *parent, const char *name, const char *description)
    {
        CLI::App *command = parent->add_subcommand(name, description);
        command->allow_extras();
        return command;
    }

    void addConfigFlag(CLI::App *command)
    {
        command->add_option("-c,--config", m_tomlPath,
                            "Configuration file (default: ./tidegate.toml, then "
                            "~/.config/tidegate/, then /etc/tidegate/)");
    }

    void addSetting(CLI::App *command, const Setting &setting)
    {
        const QString help = setting.help + QStringLiteral(" [") + setting.environmentName() + u']';
        const auto keep = [this, key = setting.key](const CLI::results_t &results) {
            QStringList parts;
            for (const std::string &result : results)
                parts.append(QString::fromStdString(result));
            m_flags.insert(key, parts.join(u','));
            return true;
        };
        CLI::Option *option = command->add_option(setting.flag().toStdString(), keep, help.toStdString());
        option->group("Section " + setting.section().toStdString());
        option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
        if (setting.shape == ValueShape::Boolean) {
            option->expected(0);
        } else if (setting.shape == ValueShape::List || setting.shape == ValueShape::Table) {
            option->expected(1, MaxRepeats)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
            option->allow_extra_args(false);
        }
    }

    void addSettings(CLI::App *command)
    {
        addConfigFlag(command);
        for (const Setting &setting : settings()) {
            if (!setting.isSecret)
                addSetting(command, setting);
        }
    }

    void addServe()
    {
        m_serve = addCommand(&m_app, "serve", "Run the gateway");
        addSettings(m_serve);
        m_serve->add_flag_callback(
            "--mesh", [this] { m_flags.insert("mesh.enabled", QStringLiteral("true")); },
            "Serve MottoMesh clients too; short for --mesh-enabled");
    }

    void addConfig()
    {
        CLI::App *config = addCommand(&m_app, "config", "Check, print and explain the configuration");
        m_check = addCommand(config, "check", "Say whether the configuration can be used, and if not, why");
        m_check->add_option("FILE", m_tomlPath, "Configuration file")->type_name("");
        m_print = addCommand(config, "print", "Print every setting as it would be used");
        addSettings(m_print);
        m_print->add_flag("--origin", m_withOrigin, "Also print where each value comes from");
        m_print->add_option("--format", m_format, "toml or json")->check(CLI::IsMember({"toml", "json"}));
        m_example = addCommand(config, "example", "Print a commented configuration file with every setting");
    }

    void addToken()
    {
        m_token = addCommand(&m_app, "token", "Print a session token signed with this gateway's key");
        addDataFlags(m_token);
        m_token->add_option("--role", m_role, "guest, user, staff, admin or system")->required();
        m_token->add_option("--sub", m_subject, "Subject (user id) of the token")->capture_default_str();
        m_token->add_option("--site", m_site, "Tenant the token is bound to");
        m_token->add_option("--ttl", m_ttl, "How long it lives")->capture_default_str();
    }

    void addUser()
    {
        CLI::App *user = addCommand(&m_app, "user",
                                    "List and change accounts; a running gateway follows within "
                                    "the life of a session token");
        m_userList = addCommand(user, "list", "One account per line: e-mail, role, status, id");
        m_userRole = addCommand(user, "set-role", "Give an account another role");
        m_userDisable = addCommand(user, "disable", "Forbid an account to log in");
        m_userEnable = addCommand(user, "enable", "Allow it again");
        for (CLI::App *command : {m_userRole, m_userDisable, m_userEnable})
            command->add_option("EMAIL", m_email, "The account")->required()->type_name("");
        m_userRole->add_option("ROLE", m_role, "guest, user, staff, admin or system")->required()->type_name("");
        for (CLI::App *command : {m_userList, m_userRole, m_userDisable, m_userEnable})
            addDataFlags(command);
    }

    //! What is needed to find the key and the databases of an installation.
    void addDataFlags(CLI::App *command)
    {
        addConfigFlag(command);
        addSetting(command, *findSetting("server.data_dir"));
    }

    //! The first word nobody took, with a guess what was meant.
    int refuseUnknown(const CLI::App *command) const
    {
        const std::vector<std::string> rest = m_app.remaining(true);
        const bool needsCommand = !command->get_subcommands({}).empty();
        if (rest.empty() && !needsCommand)
            return ExitOk;
        if (rest.empty()) {
            writeOut(QByteArray::fromStdString(m_app.help()));
            return ExitUsage;
        }
        QStringList known;
        for (const CLI::Option *option : command->get_options()) {
            for (const std::string &name : option->get_lnames())
                known.append(QStringLiteral("--") + QString::fromStdString(name));
        }
        for (const CLI::App *inner : command->get_subcommands({}))
            known.append(QString::fromStdString(inner->get_name()));
        const QString word = QString::fromStdString(rest.front()).section(u'=', 0, 0);
        const QString what = word.startsWith(u'-') ? QStringLiteral("flag")
                             : needsCommand        ? QStringLiteral("command")
                                                   : QStringLiteral("argument");
        writeError(QStringLiteral("unknown %1 %2%3").arg(what, word, didYouMean(nearestName(word, known))));
        return ExitUsage;
    }

    int dispatch(const CLI::App *command, QCoreApplication &app)
    {
        if (m_bench.has(command))
            return m_bench.run(command);
        if (command == m_example) {
            writeOut(exampleToml());
            return ExitOk;
        }
        if (m_admin.has(command) && !m_admin.needsConfig())
            return m_admin.run(command, {});
        const ConfigSources sources = processSources(QString::fromStdString(m_tomlPath), m_flags);
        if (command == m_check)
            return checkConfig(sources);
        if (command == m_print)
            return printConfig(sources, QString::fromStdString(m_format), m_withOrigin);
        const auto config = loadOrExplain(sources);
        if (!config)
            return ExitUsage;
        if (m_admin.has(command))
            return m_admin.run(command, *config);
        return command == m_serve ? serve(*config, app) : runOnAccounts(command, *config);
    }

    int runOnAccounts(const CLI::App *command, const GatewayConfig &config) const
    {
        const QString email = QString::fromStdString(m_email);
        const QString role = QString::fromStdString(m_role);
        if (command == m_token)
            return printToken(config, {role, QString::fromStdString(m_subject), QString::fromStdString(m_site),
                                       QString::fromStdString(m_ttl)});
        if (command == m_userList)
            return listUsers(config);
        if (command == m_userRole)
            return setUserRole(config, email, role);
        return setUserStatus(config, email, command == m_userDisable ? UserStatus::Disabled : UserStatus::Active);
    }

    static constexpr int MaxRepeats = 1000;

    CLI::App m_app{"Tidegate: a realtime gateway between frontend clients and a business backend.", "tidegate"};
    BenchCommands m_bench;
    AdminCommands m_admin;
    CLI::App *m_serve = nullptr;
    CLI::App *m_check = nullptr;
    CLI::App *m_print = nullptr;
    CLI::App *m_example = nullptr;
    CLI::App *m_token = nullptr;
    CLI::App *m_userList = nullptr;
    CLI::App *m_userRole = nullptr;
    CLI::App *m_userDisable = nullptr;
    CLI::App *m_userEnable = nullptr;
    std::string m_tomlPath;
    std::string m_format = "toml";
    bool m_withOrigin = false;
    std::string m_role;
    std::string m_subject = "operator";
    std::string m_site;
    std::string m_ttl = "1h";
    std::string m_email;
    QMap<QByteArray, QString> m_flags;
};

} // namespace

int runCommandLine(int argc, char **argv, QCoreApplication &app)
{
    return CommandLine().run(argc, argv, app);
}

} // namespace Tidegate
