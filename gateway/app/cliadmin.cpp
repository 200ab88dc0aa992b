// SPDX-License-Identifier: MIT
#include "app/cliadmin.h"

#include "admin/adminjson.h"
#include "admin/remote/remoteadminport.h"
#include "app/clioutput.h"
#include "app/configauth.h"
#include "auth/jwt.h"
#include "base/clock.h"
#include "base/rng.h"

#include <CLI/CLI.hpp>

#include <QEventLoop>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTimer>

namespace Tidegate {

using namespace Admin;
using namespace Qt::StringLiterals;

namespace {

constexpr int ConnectTimeoutMs = 10'000;
constexpr auto TokenTtl = std::chrono::minutes(2);

constexpr auto Examples = R"(
Without --url and --token it talks to the gateway of this installation, as its owner: the address comes from the
settings, and the token is made with the gateway's key.

Examples:
  tidegate admin links list --filter 'queuedBytes>0' --sort queuedBytes:desc
  tidegate admin links kick 1f --reason 'too many tabs'
  tidegate admin intents list --filter status=failed --format csv
  tidegate admin intents retry default/4711 --dry-run
  tidegate admin log list --filter level=warn --limit 20
  tidegate admin explain --user ann@example.org --channel ops.audit
)";

std::string lines(const QString &text)
{
    return text.toStdString();
}

//! Runs the event loop until \p ask's answer is there.
template <typename T, typename Ask>
Result<T> await(Ask ask)
{
    QEventLoop loop;
    std::optional<Result<T>> answer;
    ask(&loop, [&](Result<T> result) {
        answer = std::move(result);
        loop.quit();
    });
    if (!answer)
        loop.exec();
    return *answer;
}

bool connectPort(AdminPort &port)
{
    QEventLoop loop;
    QObject::connect(&port, &AdminPort::stateChanged, &loop, &QEventLoop::quit);
    QTimer::singleShot(ConnectTimeoutMs, &loop, &QEventLoop::quit);
    if (port.state().kind == PortState::Kind::Connecting)
        loop.exec();
    if (port.state().kind == PortState::Kind::Online)
        return true;
    writeError(u"not connected: %1"_s.arg(port.state().reason.isEmpty() ? u"no answer"_s : port.state().reason));
    return false;
}

int report(const Error &error)
{
    writeError(error.text);
    return error.code == ErrorCode::InvalidContract ? ExitUsage : ExitFailed;
}

//! The gateway of this installation, as a client reaches it.
QUrl ownUrl(const GatewayConfig &config)
{
    const ListenAddress &address = config.server.listen.front();
    const bool isAny = address.host == QHostAddress(QHostAddress::Any) ||
                       address.host == QHostAddress(QHostAddress::AnyIPv4) ||
                       address.host == QHostAddress(QHostAddress::AnyIPv6);
    QUrl url;
    url.setScheme(config.tls.isEnabled() ? u"https"_s : u"http"_s);
    url.setHost(isAny ? u"127.0.0.1"_s : address.host.toString());
    url.setPort(address.port);
    return url;
}

std::optional<QByteArray> ownToken(const GatewayConfig &config)
{
    SystemRng rng;
    const auto auth = makeAuthConfig(config, rng);
    if (!auth) {
        writeError(auth.error().text);
        return {};
    }
    Principal principal;
    principal.subjectId = "owner";
    principal.role = Role::System;
    return TokenSigner(auth->secret).issue(principal, TokenTtl, SystemClock().nowMs());
}

//! A text of the command line as a value of its column's type; nothing if it is none.
std::optional<QJsonValue> valueOf(ColumnType type, const QString &text)
{
    bool isGood = true;
    switch (type) {
    case ColumnType::Integer:
    case ColumnType::Bytes:
    case ColumnType::DurationMs:
    case ColumnType::TimeMs: {
        const qint64 number = text.toLongLong(&isGood);
        return isGood ? std::optional<QJsonValue>(number) : std::nullopt;
    }
    case ColumnType::Number: {
        const double number = text.toDouble(&isGood);
        return isGood ? std::optional<QJsonValue>(number) : std::nullopt;
    }
    case ColumnType::Bool:
        if (text != "true"_L1 && text != "false"_L1)
            return {};
        return QJsonValue(text == "true"_L1);
    default:
        return QJsonValue(text);
    }
}

std::optional<FilterOp> opOf(const QString &sign)
{
    static const QHash<QString, FilterOp> Ops{{u"="_s, FilterOp::Equal},   {u"!="_s, FilterOp::NotEqual},
                                              {u"<"_s, FilterOp::Less},    {u"<="_s, FilterOp::LessOrEqual},
                                              {u">"_s, FilterOp::Greater}, {u">="_s, FilterOp::GreaterOrEqual},
                                              {u"~"_s, FilterOp::Contains}};
    const auto found = Ops.constFind(sign);
    return found == Ops.constEnd() ? std::nullopt : std::optional(*found);
}

QString columnNames(const Resource &resource)
{
    QStringList names;
    for (const Column &column : resource.columns)
        names.append(column.name);
    return u"Columns: "_s + names.join(u", "_s);
}

} // namespace

void AdminCommands::addConnection(CLI::App &command)
{
    m_addDataFlags(&command);
    command.add_option("--url", m_url, "Gateway to talk to (default: this installation's)");
    command.add_option("--token", m_token, "Operator's token (default: one made with this installation's key)")
        ->envname("TIDEGATE_ADMIN_TOKEN");
    command.add_option("--format", m_format, "table, json or csv")->check(CLI::IsMember({"table", "json", "csv"}));
}

void AdminCommands::addTo(CLI::App &admin, std::function<void(CLI::App *)> addDataFlags)
{
    m_addDataFlags = std::move(addDataFlags);
    admin.footer(Examples);
    for (const Resource &resource : ResourceCatalog::builtIn().resources())
        addResource(admin, resource);
    CLI::App *explain = admin.add_subcommand("explain", "Say whether something would be allowed, and why");
    for (const char *part : {"user", "role", "site", "channel", "action"})
        explain->add_option(std::string("--") + part, m_questionParts[part], "");
    CLI::App *statistics = admin.add_subcommand("statistics", "Show the gateway's numbers of the last second");
    m_actions[explain] = {Action::Kind::Explain, {}, {}};
    m_actions[statistics] = {Action::Kind::Statistics, {}, {}};
    for (CLI::App *command : {explain, statistics}) {
        command->allow_extras();
        addConnection(*command);
    }
}

void AdminCommands::addResource(CLI::App &admin, const Resource &resource)
{
    CLI::App *parent = admin.add_subcommand(resource.name.toStdString(), lines(resource.doc));
    parent->allow_extras();
    parent->footer(lines(columnNames(resource)));
    CLI::App *list = parent->add_subcommand("list", "Print rows");
    list->add_option("--search", m_search, "Text that occurs in some column");
    list->add_option("--filter", m_filters, "COLUMN=VALUE; also != < <= > >= and ~ (contains); may be repeated")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    list->add_option("--sort", m_sort, "COLUMN, or COLUMN:desc");
    list->add_option("--offset", m_offset, "Rows to skip");
    list->add_option("--limit", m_limit, "Rows to print, at most 500")->capture_default_str();
    CLI::App *show = parent->add_subcommand("show", "Print everything about one row");
    show->add_option("KEY", m_keys, lines(resource.column(resource.keyField)->doc))
        ->required()
        ->expected(1)
        ->type_name("");
    m_actions[list] = {Action::Kind::List, resource.name, {}};
    m_actions[show] = {Action::Kind::Show, resource.name, {}};
    for (CLI::App *command : {list, show}) {
        command->allow_extras();
        addConnection(*command);
    }
    for (const Command &command : resource.commands)
        addCommand(*parent, resource, command);
}

void AdminCommands::addCommand(CLI::App &parent, const Resource &resource, const Command &command)
{
    CLI::App *action = parent.add_subcommand(command.name.toStdString(), lines(command.doc));
    action->allow_extras();
    if (command.targets != Command::Targets::None)
        action->add_option("KEY", m_keys, "Rows it is done to")->required()->type_name("");
    for (const Argument &argument : command.args) {
        const std::string name = argument.name.toStdString();
        CLI::Option *option = action->add_option("--" + name, m_args[name], lines(argument.doc));
        option->required(argument.isRequired);
    }
    action->add_flag("--dry-run", m_isDryRun, "Only say what would be done");
    if (command.isDestructive)
        action->add_flag("--yes", m_isSure, "Do it; without this flag it only says what would be done");
    addConnection(*action);
    m_actions[action] = {Action::Kind::Invoke, resource.name, command.name};
}

RowFormat AdminCommands::format() const
{
    return m_format == "json" ? RowFormat::Json : m_format == "csv" ? RowFormat::Csv : RowFormat::Table;
}

int AdminCommands::run(const CLI::App *command, const GatewayConfig &config)
{
    RemoteAdminPort::Config remote;
    remote.url = m_url.empty() ? ownUrl(config) : QUrl(QString::fromStdString(m_url));
    remote.token = QByteArray::fromStdString(m_token);
    if (m_token.empty()) {
        const auto token = ownToken(config);
        if (!token)
            return ExitFailed;
        remote.token = *token;
    }
    RemoteAdminPort port(remote);
    if (!connectPort(port))
        return ExitFailed;
    const Action &action = m_actions.at(command);
    switch (action.kind) {
    case Action::Kind::Explain:
        return explain(port);
    case Action::Kind::Statistics:
        return showStatistics(port);
    default:
        break;
    }
    if (!port.catalog().find(action.resource)) {
        writeError(u"this gateway does not serve %1"_s.arg(action.resource));
        return ExitFailed;
    }
    if (action.kind == Action::Kind::List)
        return list(port, action);
    return action.kind == Action::Kind::Show ? show(port, action) : invoke(port, action);
}

bool AdminCommands::readFilters(const Resource &resource, PageRequest &request) const
{
    static const QRegularExpression Form(u"^([A-Za-z]+)(!=|<=|>=|=|<|>|~)(.*)$"_s);
    for (const std::string &given : m_filters) {
        const auto match = Form.match(QString::fromStdString(given));
        const Column *column = resource.column(match.captured(1));
        const auto op = opOf(match.captured(2));
        if (!column || !op) {
            writeError(u"--filter %1: expected a column and a value such as status=failed. %2"_s.arg(
                QString::fromStdString(given), columnNames(resource)));
            return false;
        }
        const auto value = *op == FilterOp::Contains ? std::optional<QJsonValue>(match.captured(3))
                                                     : valueOf(column->type, match.captured(3));
        if (!value) {
            writeError(u"--filter %1: %2 is compared with a %3"_s.arg(QString::fromStdString(given), column->name,
                                                                      columnTypeName(column->type)));
            return false;
        }
        request.filters.append({column->name, *op, *value});
    }
    return true;
}

int AdminCommands::list(AdminPort &port, const Action &action) const
{
    const Resource resource = *port.catalog().find(action.resource);
    PageRequest request;
    request.resource = action.resource;
    request.search = QString::fromStdString(m_search);
    const QString sort = QString::fromStdString(m_sort);
    request.isDescending = sort.endsWith(":desc"_L1);
    request.sort = sort.section(u':', 0, 0);
    request.offset = m_offset;
    request.limit = qsizetype(m_limit);
    if (!readFilters(resource, request))
        return ExitUsage;
    const auto page =
        await<Page>([&](QObject *context, auto done) { port.fetchPage(request, context, std::move(done)); });
    if (!page)
        return report(page.error());
    if (page->rows.isEmpty() && format() == RowFormat::Table)
        writeError(u"no such rows"_s);
    writeOut(rowsAsText(resource, page->rows, format()));
    return ExitOk;
}

int AdminCommands::show(AdminPort &port, const Action &action) const
{
    const Resource resource = *port.catalog().find(action.resource);
    const auto row = await<QJsonObject>([&](QObject *context, auto done) {
        port.fetchOne(action.resource, QString::fromStdString(m_keys.front()), context, std::move(done));
    });
    if (!row)
        return report(row.error());
    writeOut(rowAsText(resource, *row, format()));
    return ExitOk;
}

int AdminCommands::invoke(AdminPort &port, const Action &action) const
{
    const Command *command = port.catalog().find(action.resource)->command(action.command);
    if (!command) {
        writeError(u"this gateway does not serve %1 %2"_s.arg(action.resource, action.command));
        return ExitFailed;
    }
    CommandCall call{action.resource, action.command, {}, {}, m_isDryRun || (command->isDestructive && !m_isSure)};
    for (const std::string &key : m_keys)
        call.keys.append(QString::fromStdString(key));
    for (const Argument &argument : command->args) {
        const auto given = m_args.find(argument.name.toStdString());
        if (given == m_args.end() || given->second.empty())
            continue;
        const auto value = valueOf(argument.type, QString::fromStdString(given->second));
        if (!value) {
            writeError(u"--%1: expected a %2"_s.arg(argument.name, columnTypeName(argument.type)));
            return ExitUsage;
        }
        call.args.insert(argument.name, *value);
    }
    const auto outcome =
        await<CommandOutcome>([&](QObject *context, auto done) { port.invoke(call, context, std::move(done)); });
    if (!outcome)
        return report(outcome.error());
    if (format() == RowFormat::Json)
        writeOut(QJsonDocument(toJson(*outcome)).toJson(QJsonDocument::Indented));
    else
        writeOut(outcome->text.toUtf8() + (call.isDryRun && !m_isDryRun ? "; --yes does it\n" : "\n"));
    for (auto error = outcome->errors.begin(); error != outcome->errors.end(); ++error)
        writeError(error.key() + u": "_s + error.value());
    if (!outcome->result.isEmpty() && format() != RowFormat::Json)
        writeOut(QJsonDocument(outcome->result).toJson(QJsonDocument::Indented));
    return outcome->errors.isEmpty() ? ExitOk : ExitFailed;
}

int AdminCommands::explain(AdminPort &port) const
{
    const auto part = [this](const char *name) { return QString::fromStdString(m_questionParts.at(name)); };
    PolicyQuestion question{part("user"), part("role"), part("site"), part("channel"), part("action")};
    if (question.action.isEmpty())
        question.action = u"subscribe"_s;
    const auto answer =
        await<PolicyAnswer>([&](QObject *context, auto done) { port.explain(question, context, std::move(done)); });
    if (!answer)
        return report(answer.error());
    if (format() == RowFormat::Json)
        writeOut(QJsonDocument(toJson(*answer)).toJson(QJsonDocument::Indented));
    else
        writeOut((answer->isAllowed ? "allowed: " : "denied: ") + answer->reason.toUtf8() + " (" +
                 answer->rule.toUtf8() + ")\n");
    return ExitOk;
}

int AdminCommands::showStatistics(AdminPort &port) const
{
    const auto history =
        await<History>([&](QObject *context, auto done) { port.fetchHistory(0, context, std::move(done)); });
    if (!history)
        return report(history.error());
    QJsonObject json;
    QByteArray text;
    for (const Statistic &statistic : port.catalog().statistics()) {
        const QList<double> values = history->series.value(statistic.name);
        if (values.isEmpty() || values.last() != values.last()) // not measured
            continue;
        json.insert(statistic.name, values.last());
        text += statistic.name.leftJustified(24).toUtf8() + QByteArray::number(values.last(), 'f', 2) + "  " +
                statisticUnitName(statistic.unit).toUtf8() + '\n';
    }
    writeOut(format() == RowFormat::Json ? QJsonDocument(json).toJson(QJsonDocument::Indented) : text);
    return ExitOk;
}

} // namespace Tidegate
