// SPDX-License-Identifier: MIT
#pragma once

#include "app/configvalue.h"

#include <QStringList>

#include <vector>

namespace Tidegate {

//! How the SSMA runtime read the variable that stands for a setting (SSMA spec section 2).
enum class SsmaRule : quint8 {
    Value,         //!< text, list or number; a number that is none falls back to the default
    OnUnlessFalse, //!< any value other than "false" switches it on
    OnlyTrue,      //!< only the text "true" switches it on
    DurationText,  //!< a number with a unit; anything else stops SSMA too
};

//! One setting: the only place that says how it is named, read, checked, printed and explained.
struct Setting
{
    QByteArray key; //!< "server.io_threads", as in TOML
    QString help;
    ValueShape shape = ValueShape::Text;
    QString expected; //!< completes "expected ..."
    std::function<bool(GatewayConfig &config, const QVariant &value)> store;
    std::function<QVariant(const GatewayConfig &config)> load;
    QString ssmaName; //!< empty if SSMA had no variable for it
    SsmaRule ssmaRule = SsmaRule::Value;
    bool isSecret = false;     //!< printed as ***, and no flag: other users can see a process's arguments
    bool isReloadable = false; //!< takes effect on SIGHUP; the others at the next start

    QByteArray section() const { return key.left(key.indexOf('.')); }
    QByteArray name() const { return key.mid(key.indexOf('.') + 1); }
    QString environmentName() const; //!< "TIDEGATE_SERVER_IO_THREADS"
    QString flag() const;            //!< "--io-threads"; outside section server "--<section>-<name>"; empty if secret
};

//! In the order of `config print`; sections are contiguous.
const std::vector<Setting> &settings();
const Setting *findSetting(const QByteArray &key);

struct ConfigDifference
{
    QByteArrayList reloadable;
    QByteArrayList needRestart;
};
//! Which settings a reload would change.
ConfigDifference differences(const GatewayConfig &current, const GatewayConfig &next);

} // namespace Tidegate
