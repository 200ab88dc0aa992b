// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! Views of one page. tabs: maps {value, text, count?}.
FocusScope {
    id: bar

    property var tabs: []
    property string value
    signal picked(string value)

    function move(step) {
        const index = tabs.findIndex(tab => tab.value === value)
        picked(tabs[(index + step + tabs.length) % tabs.length].value)
    }

    implicitWidth: row.implicitWidth
    implicitHeight: 34
    activeFocusOnTab: true
    Accessible.role: Accessible.PageTabList
    Keys.onLeftPressed: move(-1)
    Keys.onRightPressed: move(1)

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.line
    }

    Row {
        id: row

        height: parent.height
        spacing: Theme.gap4

        Repeater {
            model: bar.tabs

            Item {
                id: tab

                required property var modelData
                readonly property bool isChosen: modelData.value === bar.value

                width: content.implicitWidth + 4
                height: row.height

                Row {
                    id: content

                    anchors.centerIn: parent
                    spacing: 6

                    Label {
                        text: tab.modelData.text
                        font.weight: Font.Medium
                        color: tab.isChosen || area.containsMouse ? Theme.text : Theme.dimText
                    }

                    Label {
                        text: tab.modelData.count || ""
                        isNumber: true
                        color: Theme.faintText
                        visible: text.length > 0
                    }
                }

                Rectangle {
                    anchors.bottom: parent.bottom
                    width: parent.width
                    height: 2
                    radius: 1
                    color: Theme.accent
                    visible: tab.isChosen
                }

                MouseArea {
                    id: area

                    anchors.fill: parent
                    hoverEnabled: true
                    onClicked: bar.picked(tab.modelData.value)
                }
            }
        }
    }

    FocusRing { isShown: bar.activeFocus }
}
