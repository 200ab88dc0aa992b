// SPDX-License-Identifier: MIT
#include "qml/session/commandrun.h"

namespace Tidegate::Console {

using namespace Qt::StringLiterals;
using Admin::ColumnType;

namespace {

//! Text fields say text; the port wants the argument's type. What was left empty is not sent.
QJsonObject typedArguments(const Admin::Command &command, const QVariantMap &args)
{
    QJsonObject typed;
    for (const Admin::Argument &argument : command.args) {
        const QVariant value = args.value(argument.name);
        if (!value.isValid() || value.isNull() || (value.toString().isEmpty() && !argument.isRequired))
            continue;
        bool isNumber = false;
        const double number = value.toDouble(&isNumber);
        switch (argument.type) {
        case ColumnType::Integer:
        case ColumnType::Number:
        case ColumnType::Bytes:
        case ColumnType::DurationMs:
        case ColumnType::TimeMs:
            // What is no number goes as it is: the gateway's answer names the field.
            typed.insert(argument.name, isNumber ? QJsonValue(number) : QJsonValue(value.toString()));
            break;
        case ColumnType::Bool:
            typed.insert(argument.name, value.toBool());
            break;
        default:
            typed.insert(argument.name, value.toString());
        }
    }
    return typed;
}

} // namespace

QVariantMap CommandRun::errors() const
{
    QVariantMap errors;
    for (auto error = m_outcome.errors.begin(); error != m_outcome.errors.end(); ++error)
        errors.insert(error.key(), error.value());
    return errors;
}

bool CommandRun::begin(const QString &resource, const QString &command, const QStringList &keys)
{
    end();
    m_command = m_session ? m_session->command(resource, command) : QVariantMap();
    if (m_command.isEmpty())
        return false;
    m_call = {resource, command, keys, {}, false};
    setPhase(Phase::Described);
    return true;
}

void CommandRun::ask(const QVariantMap &args)
{
    send(args, true);
}

void CommandRun::run(const QVariantMap &args)
{
    send(args, false);
}

void CommandRun::end()
{
    ++m_generation;
    m_outcome = {};
    setPhase(Phase::Idle);
}

void CommandRun::send(const QVariantMap &args, bool isDryRun)
{
    const Admin::Resource *resource = m_session ? m_session->find(m_call.resource) : nullptr;
    const Admin::Command *command = resource ? resource->command(m_call.command) : nullptr;
    if (!command) {
        setPhase(Phase::Failed, u"The gateway is not connected."_s);
        return;
    }
    m_call.args = typedArguments(*command, args);
    m_call.isDryRun = isDryRun;
    setPhase(isDryRun ? Phase::Asking : Phase::Doing);
    m_session->port()->invoke(
        m_call, this, [this, isDryRun, generation = ++m_generation](const Result<Admin::CommandOutcome> &answer) {
            if (generation != m_generation)
                return;
            m_outcome = answer ? *answer : Admin::CommandOutcome();
            if (!answer)
                setPhase(Phase::Failed, answer.error().text);
            else
                setPhase(isDryRun ? Phase::Asked : Phase::Done, answer->text);
        });
}

void CommandRun::setPhase(Phase phase, const QString &text)
{
    m_phase = phase;
    m_text = text;
    Q_EMIT phaseChanged();
}

} // namespace Tidegate::Console
