// SPDX-License-Identifier: MIT
#pragma once

#include "app/configtable.h"

#include <vector>

namespace Tidegate {

struct ConfigProblem
{
    QString place; //!< "tidegate.toml:12", "environment SSMA_PORT", "flag --listen"
    QString text;  //!< what is wrong, what was expected, what to do

    QString toString() const { return place.isEmpty() ? text : place + QStringLiteral(": ") + text; }
    friend bool operator==(const ConfigProblem &, const ConfigProblem &) = default;
};

using ConfigProblems = std::vector<ConfigProblem>;

//! One line each, for a person.
QStringList problemLines(const ConfigProblems &problems);

//! Collects values layer by layer, and every problem instead of only the first.
class ConfigBuilder
{
public:
    void setValue(const Setting &setting, const QVariant &value, const QString &place);
    //! Also refuses text that is not of the setting's shape.
    void setText(const Setting &setting, const QString &text, const QString &place);
    //! For values worked out from others; \p why completes "set by ...".
    void noteSource(const QByteArray &key, const QString &why) { m_config.setBy.insert(key, why); }

    void refuse(const QString &place, const QString &text) { m_problems.push_back({place, text}); }
    void refuseValue(const Setting &setting, const QString &given, const QString &place);
    void warn(const QString &place, const QString &text);

    GatewayConfig &config() { return m_config; }
    bool isSet(const QByteArray &key) const { return m_config.setBy.contains(key); }
    //! What set the key, or the key itself if nothing did; where a problem with its value belongs.
    QString placeOf(const QByteArray &key) const;
    const ConfigProblems &problems() const { return m_problems; }

private:
    GatewayConfig m_config;
    ConfigProblems m_problems;
};

} // namespace Tidegate
